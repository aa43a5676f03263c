package io.pecanraft.log.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A file that takes three bytes at a time at the most, as a system call may; and writes by position only. */
final class StingyChannel extends FileChannel {

    private static final int PIECE_BYTES = 3;

    private final FileChannel file;

    StingyChannel(FileChannel file) {
        this.file = file;
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        int length = Math.min(PIECE_BYTES, source.remaining());
        int written = file.write(source.slice(source.position(), length), position);
        source.position(source.position() + written);
        return written;
    }

    @Override
    protected void implCloseChannel() throws IOException {
        file.close();
    }

    @Override
    public int read(ByteBuffer target) {
        throw notPlayed();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw notPlayed();
    }

    @Override
    public int read(ByteBuffer target, long position) {
        throw notPlayed();
    }

    @Override
    public int write(ByteBuffer source) {
        throw notPlayed();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw notPlayed();
    }

    @Override
    public long position() {
        throw notPlayed();
    }

    @Override
    public FileChannel position(long newPosition) {
        throw notPlayed();
    }

    @Override
    public long size() {
        throw notPlayed();
    }

    @Override
    public FileChannel truncate(long size) {
        throw notPlayed();
    }

    @Override
    public void force(boolean metaData) {
        throw notPlayed();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw notPlayed();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw notPlayed();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw notPlayed();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
        throw notPlayed();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
        throw notPlayed();
    }

    private static UnsupportedOperationException notPlayed() {
        return new UnsupportedOperationException("only writes by position are played");
    }
}
