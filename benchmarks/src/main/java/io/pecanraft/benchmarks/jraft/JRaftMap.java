package io.pecanraft.benchmarks.jraft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import io.pecanraft.benchmarks.system.KeyValues;

/** The state machine as SOFAJRaft calls it. */
final class JRaftMap extends StateMachineAdapter {

    private final KeyValues map = new KeyValues();

    @Override
    public void onApply(Iterator iterator) {
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
