// SPDX-License-Identifier: GPL-2.0

//! Calls embedded in an object behind an `Arc`.
//!
//! # Examples
//!
//! ```
//! use crosscall::{context::IrqsOff, csd::{Csd, CsdCallback, Idle}, impl_has_csd};
//! use kernel::{prelude::*, sync::{atomic::{ordering, Atomic}, Arc, ArcBorrow, UniqueArc}};
//!
//! #[pin_data]
//! struct Sampler {
//!     #[pin]
//!     csd: Csd<Self>,
//!     samples: Atomic<u64>,
//! }
//!
//! impl_has_csd! {
//!     impl HasCsd for Sampler { self.csd }
//! }
//!
//! impl CsdCallback for Sampler {
//!     type Pointer = Arc<Self>;
//!     type Output = u64;
//!
//!     fn run(this: ArcBorrow<'_, Self>, _cx: &IrqsOff) -> u64 {
//!         this.samples.fetch_add(1, ordering::Relaxed)
//!     }
//! }
//!
//! let sampler = UniqueArc::pin_init(
//!     pin_init!(Sampler { csd <- Csd::new(), samples: Atomic::new(0) }),
//!     GFP_KERNEL,
//! )?;
//! let idle = Idle::from(sampler);
//! let shared: Arc<Sampler> = idle.shared();
//! # Ok::<(), Error>(())
//! ```

use core::{
    pin::Pin,
    ptr::NonNull, //
};
use kernel::sync::{
    Arc,
    ArcBorrow,
    UniqueArc, //
};

use super::{
    CsdCallback,
    CsdPointer,
    HasCsd,
    Idle, //
};

// SAFETY: A token is made from a `UniqueArc` only, and holds a reference: while it exists no other
// `UniqueArc` of the object does (`Arc::into_unique_or_drop()` asks for the last reference). That
// reference keeps the object alive, and its `Arc` pinned. `T: Send + Sync` allows sharing it with
// other CPUs, and dropping it on any of them.
unsafe impl<T> CsdPointer for Arc<T>
where
    T: HasCsd + CsdCallback<Pointer = Self> + Send + Sync + 'static,
{
    type Object = T;
    type Target<'a> = ArcBorrow<'a, T>;

    fn into_raw(self) -> NonNull<T> {
        // SAFETY: What an `Arc` points to is not null.
        unsafe { NonNull::new_unchecked(Arc::into_raw(self).cast_mut()) }
    }

    unsafe fn from_raw(object: *mut T) -> Self {
        // SAFETY: The caller promises that `object` came from `into_raw()`, hence from
        // `Arc::into_raw()`, and is taken back once.
        unsafe { Arc::from_raw(object) }
    }

    unsafe fn target<'a>(object: *mut T) -> ArcBorrow<'a, T> {
        // SAFETY: The caller promises that `object` came from `into_raw()` and is not taken back
        // before `'a` ends: the token's reference outlives `'a`, and while it exists there is no
        // `UniqueArc`.
        unsafe { ArcBorrow::from_raw(object) }
    }
}

impl<T> From<Pin<UniqueArc<T>>> for Idle<Arc<T>>
where
    T: HasCsd + CsdCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    fn from(object: Pin<UniqueArc<T>>) -> Self {
        let object = object.into();
        // SAFETY: A token would hold a reference; ours is the only one, so there is none.
        #[cfg(not(crosscall_upstream))]
        let object = unsafe { Self::registered(object) };
        // SAFETY: A token would hold a reference; ours is the only one, so there is none.
        unsafe { Self::from_pointer(object) }
    }
}

impl<T> Idle<Arc<T>>
where
    T: HasCsd + CsdCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    /// Shares the object, not the right to queue.
    pub fn shared(&self) -> Arc<T> {
        Arc::clone(&self.pointer)
    }
}
