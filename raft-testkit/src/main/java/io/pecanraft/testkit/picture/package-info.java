/**
 * A trace as a picture: {@link io.pecanraft.testkit.picture.SpaceTimeDiagram} writes one HTML file that draws the servers as
 * columns, time downwards and messages as arrows, and needs nothing but a browser.
 */
@NullMarked
package io.pecanraft.testkit.picture;

import org.jspecify.annotations.NullMarked;
