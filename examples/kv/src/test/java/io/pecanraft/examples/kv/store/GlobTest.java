package io.pecanraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Patterns of KEYS and SCAN mean what they mean in Redis. */
class GlobTest {

    @ParameterizedTest
    @CsvSource({
        "*,anything,true",
        "*,'',true",
        "'','',true",
        "'',a,false",
        "a,a,true",
        "a,b,false",
        "a,ab,false",
        "h?llo,hello,true",
        "h?llo,hllo,false",
        "h*llo,heeeello,true",
        "h*llo,hllo,true",
        "h*llo,hell,false",
        "h[ae]llo,hallo,true",
        "h[ae]llo,hillo,false",
        "h[^e]llo,hallo,true",
        "h[^e]llo,hello,false",
        "h[a-b]llo,hbllo,true",
        "h[a-b]llo,hcllo,false",
        "h[b-a]llo,hallo,true",
        "\\*,*,true",
        "\\*,a,false",
        "a\\,a\\,true",
        "[abc,b,true",
        "[abc,d,false",
        "[\\]],],true",
        "user:*:name,user:7:name,true",
        "*a*b*c,xxaxxbxxc,true",
        "*a*b*c,xxaxxbxx,false",
        "**,a,true",
        "[],a,false",
        "[^],a,true",
        "a[x-]b,a-b,true"
    })
    void matchesAsRedisDoes(String pattern, String text, boolean matches) {
        assertThat(new Glob(Bytes.of(pattern)).matches(Bytes.of(text))).isEqualTo(matches);
    }

    @Test
    void agreesWithARegularExpressionOfTheSameMeaning() {
        Random random = new Random(11);
        for (int round = 0; round < 50_000; round++) {
            String pattern = draw(random, "ab*?", 8);
            String text = draw(random, "ab", 10);
            String regex = pattern.replace("*", ".*").replace("?", ".");
            assertThat(new Glob(Bytes.of(pattern)).matches(Bytes.of(text)))
                    .as("%s and %s", pattern, text)
                    .isEqualTo(Pattern.matches(regex, text));
        }
    }

    @Test
    void anyBytesAreAPattern() {
        Random random = new Random(12);
        byte[] alphabet = "[]^-\\*?a".getBytes(StandardCharsets.US_ASCII);
        for (int round = 0; round < 50_000; round++) {
            byte[] pattern = new byte[random.nextInt(10)];
            for (int i = 0; i < pattern.length; i++) {
                pattern[i] = alphabet[random.nextInt(alphabet.length)];
            }
            new Glob(Bytes.wrap(pattern)).matches(Bytes.of(draw(random, "a-]\\", 6)));
        }
    }

    @Test
    void noPatternTakesForever() {
        Glob glob = new Glob(Bytes.of("*a".repeat(500) + "b"));
        assertThat(glob.matches(Bytes.of("a".repeat(60_000)))).isFalse();
    }

    private static String draw(Random random, String alphabet, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
