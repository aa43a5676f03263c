package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** Takes what one class of the transport writes to the log, from a level on, instead of showing it; one can wait for a line. */
final class WrittenLines implements AutoCloseable {

    private final BlockingQueue<ILoggingEvent> lines = new LinkedBlockingQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent line) {
            lines.add(line);
        }
    };
    private final Logger logger;
    private final Level before;

    WrittenLines(Class<?> writer, Level from) {
        logger = (Logger) LoggerFactory.getLogger(writer);
        before = logger.getLevel();
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(from);
        logger.setAdditive(false);
    }

    /** The next line with this message, as a pattern of {@code %msg %kvp} would show it; those before it are passed over. */
    String next(String message) throws InterruptedException {
        while (true) {
            ILoggingEvent line = lines.poll(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(line).as("a line '%s'", message).isNotNull();
            if (line.getMessage().equals(message)) {
                return message
                        + line.getKeyValuePairs().stream()
                                .map(pair -> " " + pair.key + "=" + pair.value)
                                .collect(Collectors.joining());
            }
        }
    }

    @Override
    public void close() {
        logger.setAdditive(true);
        logger.setLevel(before);
        logger.detachAppender(appender);
    }
}
