package io.pecanraft.benchmarks.system;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** The state machine of every system: a hash map of bytes to bytes. Not thread-safe; every system applies in one thread. */
public final class KeyValues {

    private static final byte[] NOTHING = {};

    private final Map<Key, byte[]> map;
    private final AtomicLong applied = new AtomicLong();

    /** An empty map. */
    public KeyValues() {
        this(new HashMap<>(), 0);
    }

    private KeyValues(Map<Key, byte[]> map, long puts) {
        this.map = map;
        applied.setPlain(puts);
    }

    /** Applies a {@link Put}, whose remaining bytes are copied. */
    public void apply(ByteBuffer put) {
        byte[] key = new byte[put.getShort()];
        put.get(key);
        byte[] value = new byte[put.remaining()];
        put.get(value);
        map.put(new Key(key), value);
        applied.setRelease(applied.getPlain() + 1);
    }

    /** How many puts the content has come from, those before a snapshot included. Any thread. */
    public long applied() {
        return applied.getAcquire();
    }

    /** The value of a key, whose remaining bytes are copied; empty where there is none. Not to be changed. */
    public ByteBuffer get(ByteBuffer key) {
        byte[] bytes = new byte[key.remaining()];
        key.get(bytes);
        byte[] value = map.get(new Key(bytes));
        return ByteBuffer.wrap(value == null ? NOTHING : value);
    }

    /** The number of keys. */
    public int size() {
        return map.size();
    }

    /** The content as it is now, for a snapshot. Keys and values are never changed, so the map alone is copied. */
    public KeyValues copy() {
        return new KeyValues(new HashMap<>(map), applied.getPlain());
    }

    /** Writes all keys and values. */
    public void writeTo(OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        data.writeLong(applied.getPlain());
        data.writeInt(map.size());
        for (Map.Entry<Key, byte[]> entry : map.entrySet()) {
            writeBytes(data, entry.getKey().bytes);
            writeBytes(data, entry.getValue());
        }
        data.flush();
    }

    /** Replaces the content by what {@link #writeTo} wrote. */
    public void readFrom(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        long puts = data.readLong();
        map.clear();
        for (int left = data.readInt(); left > 0; left--) {
            map.put(new Key(readBytes(data)), readBytes(data));
        }
        applied.setRelease(puts);
    }

    private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt());
    }

    private static final class Key {

        private final byte[] bytes;
        private final int hash;

        Key(byte[] bytes) {
            this.bytes = bytes;
            this.hash = Arrays.hashCode(bytes);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key that && Arrays.equals(bytes, that.bytes);
        }
    }
}
