package io.pecanraft.benchmarks.jraft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import io.pecanraft.benchmarks.system.KeyValues;
import java.nio.ByteBuffer;

/** The state machine as SOFAJRaft calls it; read by the threads that learn of read indexes. */
final class JRaftMap extends StateMachineAdapter {

    private final KeyValues map = new KeyValues();

    /** Any thread. */
    long applied() {
        return map.applied();
    }

    synchronized ByteBuffer get(ByteBuffer key) {
        return map.get(key);
    }

    @Override
    public synchronized void onApply(Iterator iterator) {
        while (iterator.hasNext()) {
            map.apply(iterator.getData());
            Closure done = iterator.done();
            if (done != null) { // on followers there is nobody to tell
                done.run(Status.OK());
            }
            iterator.next();
        }
    }
}
