package io.pecanraft.testkit.scenario;

/** A command of a scenario cannot be understood or carried out. The message says where and why. */
public final class ScenarioException extends RuntimeException {

    private static final long serialVersionUID = 1;

    ScenarioException(String message, Throwable cause) {
        super(message, cause);
    }
}
