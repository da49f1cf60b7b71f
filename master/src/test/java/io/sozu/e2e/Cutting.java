package io.sozu.e2e;

/** The ways the same bytes are sent: the verdict must not depend on them. */
enum Cutting {
    WHOLE {
        @Override
        int[] cuts(final int lengthBytes) {
            return new int[0];
        }
    },
    FEW {
        @Override
        int[] cuts(final int lengthBytes) {
            return Pieces.seeded(lengthBytes, 3, SEED);
        }
    },
    SOME {
        @Override
        int[] cuts(final int lengthBytes) {
            return Pieces.seeded(lengthBytes, 7, SEED + 1);
        }
    },
    BYTES {
        @Override
        int[] cuts(final int lengthBytes) {
            return Pieces.everywhere(Math.min(lengthBytes, MAX_SINGLE_BYTES));
        }
    };

    /** Places of the cuts; {@code -De2e.seed=N} tries others. */
    static final long SEED = Long.getLong("e2e.seed", 42);
    private static final int MAX_SINGLE_BYTES = 400;

    abstract int[] cuts(int lengthBytes);
}
