package io.sozu.sessions.routing;

import java.util.List;

/** What a regular expression says, as a tree. */
sealed interface RegexNode {
    RegexNode EMPTY = new Sequence(List.of());

    /** One byte out of a set. */
    record OneOf(ByteSet bytes) implements RegexNode {
    }

    /** One after the other. */
    record Sequence(List<RegexNode> parts) implements RegexNode {
    }

    /** Any one of them. */
    record Choice(List<RegexNode> parts) implements RegexNode {
    }

    /** The same some times; {@code most} is {@link #ENDLESS} for any number. */
    record Repeat(RegexNode part, int least, int most) implements RegexNode {
        static final int ENDLESS = -1;
    }

    /** Nothing, where the text begins. */
    record Begin() implements RegexNode {
    }

    /** Nothing, where the text ends. */
    record End() implements RegexNode {
    }
}
