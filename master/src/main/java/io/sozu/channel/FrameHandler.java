package io.sozu.channel;

/** What becomes of a {@link FrameChannel}'s input; called on the loop's thread. Each call may close it. */
public interface FrameHandler {
    /**
     * Takes one frame.
     *
     * @param frame its bytes without terminator, the receiver's to keep
     * @param fd the descriptor that came with it, which the receiver owns, or -1
     */
    void onFrame(byte[] frame, int fd);

    /** Learns that a frame longer than the limit came: it may answer, then nothing more is read. */
    void onOversize();

    /** Learns that a refused frame may be sent again. */
    default void onRoom() {
    }

    /**
     * Learns that nothing more will come. Called once, after the last frame.
     *
     * @param errno 0 when the peer ended its sending, else why the connection broke
     */
    void onEnd(int errno);

    /** Learns that after {@link FrameChannel#end} everything is sent and the peer has ended too. */
    default void onFinished() {
    }
}
