package io.pecanraft.examples.kv.store;

/**
 * A pattern of KEYS, SCAN and CONFIG GET, as Redis reads it: {@code *} any bytes, {@code ?} one, {@code [abc]}, {@code [a-z]} and {@code [^a]} one of
 * these or none, {@code \x} the byte x itself.
 *
 * <p>Goes back to the last {@code *} only, so that no pattern takes more time than its length times the key's.
 */
public final class Glob {

    private final Bytes pattern;

    /** Any bytes are a pattern. */
    public Glob(Bytes pattern) {
        this.pattern = pattern;
    }

    /** Whether the pattern matches all of the text. */
    public boolean matches(Bytes text) {
        int p = 0;
        int t = 0;
        int afterStar = -1; // where to go on in the pattern when what comes does not match
        int starEnd = 0; // how far the last star has swallowed the text
        while (t < text.length()) {
            if (p < pattern.length() && pattern.at(p) == '*') {
                p++;
                afterStar = p;
                starEnd = t;
            } else if (p < pattern.length() && matchesOne(p, text.at(t))) {
                p = end(p);
                t++;
            } else if (afterStar >= 0) {
                p = afterStar;
                starEnd++;
                t = starEnd;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.at(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /** Whether the part of the pattern that begins here matches a byte. */
    private boolean matchesOne(int p, byte b) {
        return switch (pattern.at(p)) {
            case '?' -> true;
            case '[' -> matchesClass(p, b & 0xff);
            case '\\' -> pattern.at(Math.min(p + 1, pattern.length() - 1)) == b;
            default -> pattern.at(p) == b;
        };
    }

    private boolean matchesClass(int p, int b) {
        int end = end(p);
        boolean closed = pattern.at(end - 1) == ']' && end - 1 > p;
        int last = closed ? end - 1 : end;
        int i = p + 1;
        boolean negated = i < last && pattern.at(i) == '^';
        i += negated ? 1 : 0;
        boolean found = false;
        while (i < last) {
            i += pattern.at(i) == '\\' && i + 1 < last ? 1 : 0;
            int from = pattern.at(i) & 0xff;
            int to = from;
            if (i + 2 < last && pattern.at(i + 1) == '-') {
                to = pattern.at(i + 2) & 0xff;
                i += 2;
            }
            found |= b >= Math.min(from, to) && b <= Math.max(from, to);
            i++;
        }
        return found != negated;
    }

    /** Where the part of the pattern that begins here ends; a class that is not closed ends with the pattern. */
    private int end(int p) {
        if (pattern.at(p) == '\\') {
            return Math.min(p + 2, pattern.length());
        }
        if (pattern.at(p) != '[') {
            return p + 1;
        }
        int i = p + 1;
        while (i < pattern.length() && pattern.at(i) != ']') {
            i += pattern.at(i) == '\\' ? 2 : 1;
        }
        return Math.min(i + 1, pattern.length());
    }
}
