// SPDX-License-Identifier: GPL-2.0

//! Objects with an irq_work in them, by the pointer that owns them.

use super::*;

/// An object that has its own handle.
#[pin_data]
struct Own {
    #[pin]
    work: IrqWork<Self>,
    handle: UnsafeCell<Option<Handle<Arc<Self>>>>,
    dropped: Dropped,
}

// SAFETY: `handle` is written before the work is queued, and taken by the one run.
unsafe impl Sync for Own {}

impl_has_irq_work! {
    impl HasIrqWork for Own { self.work }
}

impl IrqWorkCallback for Own {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(this: ArcBorrow<'_, Self>, cx: &Cx<Hard>) {
        // SAFETY: The cell was written before the work was queued, and this is its one run.
        drop(unsafe { (*this.handle.get()).take() });
        // The work is closed, or about to be.
        let _ = (cx.requeue(), this.dropped.0.counts());
    }
}

pub(super) fn last_handle_dropped_in_the_callback(env: &Env) -> Result {
    for _ in 0..20 {
        let drops = Drops::new()?;
        let dropped = Dropped(drops.clone());
        let handle = Handle::from(UniqueArc::pin_init(
            pin_init!(Own {
                work <- IrqWork::new(),
                handle: UnsafeCell::new(None),
                dropped,
            }),
            GFP_KERNEL,
        )?);
        // SAFETY: The work has not been queued.
        unsafe { *handle.handle.get() = Some(handle.clone()) };
        check!(handle.queue_on(env.other, &env.task)?);
        drop(handle);
        check!(reaped(&drops, 1));
    }
    Ok(())
}

/// An object that a box owns.
#[pin_data]
struct Slow {
    #[pin]
    work: IrqWork<Self>,
    runs: Atomic<u32>,
}

impl_has_irq_work! {
    impl HasIrqWork for Slow { self.work }
}

impl IrqWorkCallback for Slow {
    type Mode = Normal;
    type Pointer = Pin<KBox<Self>>;

    fn run(this: Pin<&Self>, _cx: &Cx<Normal>) {
        spin_ms(20);
        this.runs.fetch_add(1, Relaxed);
    }
}

pub(super) fn into_inner_waits(env: &Env) -> Result {
    let mut object = KBox::pin_init(
        pin_init!(Slow { work <- IrqWork::new(), runs: Atomic::new(0) }),
        GFP_KERNEL,
    )?;
    for n in 1..=3 {
        let handle = Handle::from(object);
        check!(handle.queue_on(env.other, &env.task)?);
        object = handle.into_inner(&env.task);
        check!(object.runs.load(Relaxed) == n);
    }
    Ok(())
}

/// An object that is shared.
#[pin_data]
struct Shared {
    #[pin]
    work: IrqWork<Self>,
    runs: Atomic<u32>,
}

impl_has_irq_work! {
    impl HasIrqWork for Shared { self.work }
}

impl IrqWorkCallback for Shared {
    type Mode = Normal;
    type Pointer = Arc<Self>;

    fn run(this: ArcBorrow<'_, Self>, _cx: &Cx<Normal>) {
        // Never the last reference.
        let arc: Arc<Self> = this.into();
        arc.runs.fetch_add(1, Relaxed);
    }
}

pub(super) fn object_outlives_its_handles(env: &Env) -> Result {
    patiently(|ms| object_outlives_its_handles_by(env, ms))
}

fn object_outlives_its_handles_by(env: &Env, ms: u32) -> Result {
    let mut object = UniqueArc::pin_init(
        pin_init!(Shared { work <- IrqWork::new(), runs: Atomic::new(0) }),
        GFP_KERNEL,
    )?;
    for n in 1..=3 {
        let handle = Handle::from(object);
        let shared = handle.shared();
        check!(handle.queue_on(env.other, &env.task)?);
        drop(handle);
        // Time for the reaper to drop the handles' reference; ours keeps the object.
        sleep_ms(ms);
        check!(shared.runs.load(Relaxed) == n);
        object = Arc::into_unique_or_drop(shared).ok_or(EIO)?;
    }
    Ok(())
}

/// An object that is there for good.
struct Fixed {
    work: IrqWork<Self>,
    runs: Atomic<u32>,
}

impl_has_irq_work! {
    impl HasIrqWork for Fixed { self.work }
}

impl IrqWorkCallback for Fixed {
    type Mode = Normal;
    type Pointer = &'static Self;

    fn run(this: &'static Self, _cx: &Cx<Normal>) {
        this.runs.fetch_add(1, Relaxed);
    }
}

pub(super) fn static_object_has_any_number_of_handles(env: &Env) -> Result {
    static OBJECT: Fixed = Fixed {
        work: IrqWork::new_static(),
        runs: Atomic::new(0),
    };
    let ran = Atomic::<u32>::new(0);
    in_threads(online_cpus(), |_| {
        for _ in 0..100 {
            let handle = Handle::from(&OBJECT);
            ran.fetch_add(u32::from(handle.clone().queue() == Ok(true)), Relaxed);
        }
    })?;
    Handle::from(&OBJECT).sync(&env.task);
    check!(OBJECT.runs.load(Relaxed) == ran.load(Relaxed) && ran.load(Relaxed) > 0);
    Ok(())
}

pub(super) fn allocation_failure_is_an_error(_env: &Env) -> Result {
    #[pin_data]
    struct Huge {
        #[pin]
        work: IrqWork<Self>,
        #[pin]
        room: MaybeUninit<[u8; 1 << 30]>,
    }

    impl_has_irq_work! {
        impl HasIrqWork for Huge { self.work }
    }

    impl IrqWorkCallback for Huge {
        type Mode = Hard;
        type Pointer = Pin<KBox<Self>>;

        fn run(_this: Pin<&Self>, _cx: &Cx<Hard>) {}
    }

    let huge = KBox::pin_init(
        pin_init!(Huge {
            work <- IrqWork::new(),
            room <- MaybeUninit::<[u8; 1 << 30]>::uninit_in_place(),
        }),
        GFP_KERNEL | kernel::alloc::flags::__GFP_NOWARN,
    );
    check!(huge.map(Handle::from).err() == Some(ENOMEM));
    Ok(())
}
