package io.pecanraft.examples.kv.command;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A certificate that this server uses, and how long it can.
 *
 * @param option by which it was given
 * @param file where it is
 * @param expires when it stops being valid
 * @param followed whether a new file is taken without a restart
 */
public record CertificateExpiry(String option, Path file, Instant expires, boolean followed) {}
