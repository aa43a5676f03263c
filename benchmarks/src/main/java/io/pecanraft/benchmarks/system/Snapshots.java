package io.pecanraft.benchmarks.system;

/**
 * When servers take snapshots, and of how much.
 *
 * @param areAutomatic as the system is set up to take them; otherwise only those that are asked for
 * @param ballastBytes what each snapshot holds beside the map: bytes that are made and checked as they go by, and take no memory, so that
 *     what a heap grows by is the library's
 */
public record Snapshots(boolean areAutomatic, long ballastBytes) {

    /** As everywhere but where snapshots are what is measured. */
    public static final Snapshots USUAL = new Snapshots(true, 0);

    /** None but those that are asked for. */
    public static Snapshots onDemand(long ballastBytes) {
        return new Snapshots(false, ballastBytes);
    }
}
