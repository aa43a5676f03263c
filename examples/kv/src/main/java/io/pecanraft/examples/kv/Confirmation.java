package io.pecanraft.examples.kv;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;

/** A question to the person at the terminal. Whatever is not a clear yes is a no, the end of the input too. */
final class Confirmation {

    private static final int MAX_ANSWER_LENGTH = 64;

    private Confirmation() {}

    static boolean isGiven(PrintWriter out) {
        out.print("Go on? [yes/no] ");
        out.flush();
        return answer().equals("yes");
    }

    private static String answer() {
        Reader in = new InputStreamReader(System.in, StandardCharsets.UTF_8);
        StringBuilder answer = new StringBuilder();
        try {
            for (int c = in.read(); c >= 0 && c != '\n' && answer.length() < MAX_ANSWER_LENGTH; c = in.read()) {
                answer.append((char) c);
            }
        } catch (IOException e) {
            return "";
        }
        return answer.toString().strip();
    }
}
