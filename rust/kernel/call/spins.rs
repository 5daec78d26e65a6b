// SPDX-License-Identifier: GPL-2.0

//! Whether a wait for a call spins before it sleeps: learned from the last waits.
//!
//! This file knows nothing of waiting.
//!
//! | spins in vain, in a row | waits that do not spin, before the next that does |
//! |-------------------------|---------------------------------------------------|
//! | 0: the last one paid    | 0                                                 |
//! | n                       | 2^n - 1                                           |
//! | 6 or more               | 63                                                |

use core::cell::Cell;

/// Whether the waits for a call should spin. Belongs to the holder of the `InFlight`.
pub(super) struct Spins {
    /// How many spins in a row were in vain, at most [`Self::MAX`].
    in_vain: Cell<u8>,
    /// How many of the next waits do not spin.
    skip: Cell<u8>,
}

impl Spins {
    const MAX: u8 = 6;

    pub(super) fn new() -> Self {
        Self {
            in_vain: Cell::new(0),
            skip: Cell::new(0),
        }
    }

    /// Whether the next wait spins.
    pub(super) fn is_next(&self) -> bool {
        let skip = self.skip.get();
        self.skip.set(skip.saturating_sub(1));
        skip == 0
    }

    /// Each spin in vain doubles the number of waits that do not spin.
    pub(super) fn learn(&self, paid: bool) {
        let in_vain = if paid {
            0
        } else {
            Self::MAX.min(self.in_vain.get() + 1)
        };
        self.in_vain.set(in_vain);
        self.skip.set((1 << in_vain) - 1);
    }
}
