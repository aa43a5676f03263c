package io.pecanraft.examples.kv;

/**
 * Something that is not as it should be.
 *
 * @param grave whether the service is down or in danger, and not only weaker than it should be
 * @param what what is wrong, in words
 * @param advice what to type, or where to look
 */
record Finding(boolean grave, String what, String advice) {

    static Finding grave(String what, String advice) {
        return new Finding(true, what, advice);
    }

    static Finding minor(String what, String advice) {
        return new Finding(false, what, advice);
    }
}
