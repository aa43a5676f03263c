/** The scenarios of {@code src/test/resources/scenarios}, run and compared. */
@NullMarked
package io.pecanraft.testkit.scenario;

import org.jspecify.annotations.NullMarked;
