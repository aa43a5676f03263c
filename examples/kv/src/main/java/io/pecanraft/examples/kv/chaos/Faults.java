package io.pecanraft.examples.kv.chaos;

import io.pecanraft.examples.kv.chaos.Nodes.State;
import io.pecanraft.examples.kv.chaos.Story.Kind;
import java.io.IOException;
import java.util.Locale;

/** Breaks and mends nodes, one thing at a time, and tells of it. What makes no sense is refused with a sentence. Thread-safe. */
final class Faults {

    /** What can be done to a node. */
    enum Fault {
        KILL,
        START,
        PAUSE,
        CONTINUE,
        CUT,
        HEAL;

        /** What mends it. */
        Fault mended() {
            return switch (this) {
                case KILL, START -> START;
                case PAUSE, CONTINUE -> CONTINUE;
                case CUT, HEAL -> HEAL;
            };
        }
    }

    /** Nothing was done, for a reason that is told. */
    static final class Impossible extends Exception {

        private static final long serialVersionUID = 1L;

        Impossible(String message) {
            super(message);
        }
    }

    private final Nodes nodes;
    private final Links links;
    private final Story story;
    private final Healing healing;

    Faults(Nodes nodes, Links links, Story story, Healing healing) {
        this.nodes = nodes;
        this.links = links;
        this.story = story;
        this.healing = healing;
    }

    /**
     * By the names of the page.
     *
     * @throws IllegalArgumentException when there is no such fault or no such node
     */
    String carryOut(String fault, String node) throws Impossible {
        int i = nodes.names().indexOf(node);
        if (i < 0) {
            throw new IllegalArgumentException(
                    "there is no node '" + node + "'; there are " + String.join(", ", nodes.names()));
        }
        for (Fault each : Fault.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(fault)) {
                return carryOut(each, i);
            }
        }
        throw new IllegalArgumentException("there is no action '" + fault + "'");
    }

    /** Does it, and says what was done. */
    synchronized String carryOut(Fault fault, int i) throws Impossible {
        try {
            return attempt(fault, i);
        } catch (IOException e) {
            throw new Impossible(String.valueOf(e.getMessage()));
        }
    }

    private String attempt(Fault fault, int i) throws Impossible, IOException {
        String name = nodes.names().get(i);
        State state = nodes.state(i);
        return switch (fault) {
            case KILL -> {
                demand(state != State.DOWN, name + " is down already");
                nodes.kill(i);
                yield broken(name + " was killed with -9");
            }
            case START -> {
                demand(state == State.DOWN, name + " is running already");
                nodes.start(i);
                yield mended(name + " was started again, on the data it had");
            }
            case PAUSE -> {
                demand(state == State.RUNNING, name + " is " + state.name().toLowerCase(Locale.ROOT) + " already");
                nodes.pause(i);
                yield broken(name + " was paused");
            }
            case CONTINUE -> {
                demand(state == State.PAUSED, name + " is not paused");
                nodes.proceed(i);
                yield mended(name + " goes on");
            }
            case CUT -> {
                demand(links.cut(i), name + " is cut off already");
                yield broken(name + " was cut off from the others");
            }
            case HEAL -> {
                demand(links.heal(i), name + " is not cut off");
                yield mended(name + " can reach the others again");
            }
        };
    }

    /** Whether nothing is broken at the moment. */
    boolean isWhole() {
        for (int i = 0; i < nodes.names().size(); i++) {
            if (nodes.state(i) != State.RUNNING || links.isCut(i)) {
                return false;
            }
        }
        return true;
    }

    private static void demand(boolean condition, String otherwise) throws Impossible {
        if (!condition) {
            throw new Impossible(otherwise);
        }
    }

    private String broken(String what) {
        story.tell(Kind.BROKEN, what);
        healing.begin(what);
        return what;
    }

    private String mended(String what) {
        story.tell(Kind.MENDED, what);
        return what;
    }
}
