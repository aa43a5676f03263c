package io.pecanraft.examples.kv.resp;

/** Knows what requests mean. Called by the threads of connections; must not block and must not throw. */
@FunctionalInterface
public interface RequestHandler {

    /** What to do about this request of this client. */
    Response handle(ClientState client, Request request);
}
