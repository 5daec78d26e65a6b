// SPDX-License-Identifier: GPL-2.0

include!("../common/names.rs");

//# arc_mut_in_callback: E0053
//! Two CPUs may run the callback at once, and others have the object too: it
//! must not get a mutable reference.
//! pass: It borrows what the handles share.
include!("../common/doorbell.rs");

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: Pin<&mut Self>, _cx: &Context<Hard>) {} //[fail]
    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {} //[pass]
}

//# arc_borrow_kept: E0308
//! What the callback borrows is the reference of the handles, which may be
//! dropped when it has returned.
//! pass: The callback works for any lifetime.
include!("../common/doorbell.rs");

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'static, Self>, _cx: &Context<Hard>) {} //[fail]
    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {} //[pass]
}

//# arc_from_raw_in_callback: E0133
//! Taking a reference of the handles from the borrowed object is unsafe.
//! pass: A reference of its own is one more.
include!("../common/doorbell.rs");

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {
        drop(Arc::from_raw(&raw const *this)); //[fail]
        drop(Arc::from(this)); //[pass]
    }
}

//# box_mut_in_callback: E0053
//! Two CPUs may run the callback at once, and others have the object too: it
//! must not get a mutable reference.
//! pass: A sole owner shares it with its callbacks.
include!("../common/doorbell.rs");

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Pin<KBox<Self>>;

    fn run(_this: Pin<&mut Self>, _cx: &Context<Hard>) {} //[fail]
    fn run(_this: Pin<&Self>, _cx: &Context<Hard>) {} //[pass]
}

//# box_borrow_kept: E0308
//! The object of a box may be taken back when the callback has returned.
//! pass: The callback works for any lifetime.
include!("../common/doorbell.rs");

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Pin<KBox<Self>>;

    fn run(_this: Pin<&'static Self>, _cx: &Context<Hard>) {} //[fail]
    fn run(_this: Pin<&Self>, _cx: &Context<Hard>) {} //[pass]
}

//# box_unpinned_in_callback: E0277
//! expect-text: cannot be unpinned
//! A callback that got the object out of its pin could move it, with the
//! irq_work that runs.
//! pass: The pin is there to be looked through.
include!("../common/rung.rs");

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Exclusive<Self>;

    fn run(this: Pin<&mut Self>, _cx: &IrqsOff) {
        this.get_mut().rung += 1; //[fail]
        *this.project().rung += 1; //[pass]
    }
}

//# callback_owns_arc: E0053
//! The reference that keeps the object is that of the handles. A callback that
//! got it could drop it, once for each run.
//! pass: The callback borrows it.
include!("../common/doorbell.rs");

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: Arc<Self>, _cx: &Context<Hard>) {} //[fail]
    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {} //[pass]
}

//# callback_owns_box: E0053
//! A callback that owned the object would free it under the C code that called
//! back.
//! pass: It gets a reference.
include!("../common/doorbell.rs");

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Pin<KBox<Self>>;

    fn run(_this: Pin<KBox<Self>>, _cx: &Context<Hard>) {} //[fail]
    fn run(_this: Pin<&Self>, _cx: &Context<Hard>) {} //[pass]
}

//# static_mut_in_callback: E0053
//! Two CPUs may run the callback at once, and others have the object too: it
//! must not get a mutable reference.
//! pass: It gets the same reference as everybody.
include!("../common/doorbell.rs");

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = &'static Self;

    fn run(_this: &'static mut Self, _cx: &Context<Hard>) {} //[fail]
    fn run(_this: &'static Self, _cx: &Context<Hard>) {} //[pass]
}

//# context_kept: E0308
//! The context ends with the callback.
//! pass: The callback works for any lifetime.
include!("../common/doorbell.rs");

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &'static Context<Hard>) {} //[fail]
    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {} //[pass]
}

//# mode_of_context: E0053
//! A callback must not take the context of another mode than its own.
//! pass: It takes its own.
include!("../common/doorbell.rs");

impl IrqWorkCallback for Doorbell {
    type Mode = Normal;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {} //[fail]
    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Normal>) {} //[pass]
}

//# object_written_by_callback: E0594
//! A shared object is written to with interior mutability only.
//! pass: For example, atomically.
#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
    pub rung: u32, //[fail]
    pub rung: Atomic<u32>, //[pass]
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {
        this.rung += 1; //[fail]
        this.rung.add(1, ordering::Relaxed); //[pass]
    }
}

//# object_moved_in_callback: E0507
//! The callback of a shared object borrows it: what it moved out of the object
//! would be dropped a second time.
//! pass: It may have a reference of its own. The object is not dropped with
//! that: the handles have one too.
include!("../common/doorbell.rs");

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {
        let _object: Self = *this; //[fail]
        let _object: Arc<Self> = this.into(); //[pass]
    }
}
