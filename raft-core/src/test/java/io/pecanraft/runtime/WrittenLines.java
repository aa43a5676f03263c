package io.pecanraft.runtime;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.pecanraft.RaftNode;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Collects what nodes write to the log during a test, from a level on, instead of showing it. */
final class WrittenLines implements BeforeEachCallback, AfterEachCallback {

    private final Logger logger = (Logger) LoggerFactory.getLogger(RaftNode.class);
    private final ListAppender<ILoggingEvent> written = new ListAppender<>();
    private final Level from;
    private final Level before = logger.getLevel();

    WrittenLines(Level from) {
        this.from = from;
    }

    List<ILoggingEvent> list() {
        return written.list;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        written.start();
        logger.addAppender(written);
        logger.setLevel(from);
        logger.setAdditive(false);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        logger.setAdditive(true);
        logger.setLevel(before);
        logger.detachAppender(written);
    }
}
