/** What the pages say is true, as far as that can be compared: tables with code, links with files. */
@NullMarked
package io.pecanraft.testkit.docs;

import org.jspecify.annotations.NullMarked;
