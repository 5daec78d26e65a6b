// SPDX-License-Identifier: GPL-2.0

include!("../common/names.rs");

//# exclusive_queue_twice: E0382
//! Queueing an exclusive work, which is claimed without an atomic operation,
//! while it is in flight corrupts the list of the CPU. Here `queue()` consumes
//! the right to.
//! pass: Waiting gives it back.
pub fn twice<T: Sole>(idle: Idle<T>, task: &TaskContext) -> Result<InFlight<T>> {
    let in_flight = idle.queue()?;
    let idle = in_flight.wait(task); //[pass]
    Ok(idle.queue()?)
}

//# exclusive_queue_in_flight: E0599
//! The right to wait is no right to queue.
//! pass: Waiting gives that.
pub fn twice<T: Sole>(in_flight: InFlight<T>, task: &TaskContext) -> Result<InFlight<T>> {
    Ok(in_flight.queue()?) //[fail]
    Ok(in_flight.wait(task).queue()?) //[pass]
}

//# exclusive_queue_shared: E0507
//! The right to queue an exclusive work cannot be shared.
//! pass: The owner of the right uses it.
pub fn ring<T: Sole>(idle: &Idle<T>) -> Result<InFlight<T>> { //[fail]
pub fn ring<T: Sole>(idle: Idle<T>) -> Result<InFlight<T>> { //[pass]
    Ok(idle.queue()?)
}

//# exclusive_queue_object: E0599
//! The object of an exclusive work does not come with the token.
//! pass: The token comes with both.
pub fn ring<T: Sole>(mut idle: Idle<T>) -> Result<InFlight<T>> {
    Ok(idle.as_mut().queue()?) //[fail]
    Ok(idle.queue()?) //[pass]
}

//# clone_idle: E0277
//! There is one right to queue an exclusive work.
//! pass: The handles of an `Arc` can be cloned: those works are claimed.
fn two<H: Clone>(_handle: &H) {}

pub fn clone<T>(handle: &Idle<T>) //[fail]
pub fn clone<T>(handle: &Handle<Arc<T>>) //[pass]
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + Sync + 'static, //[fail]
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static, //[pass]
{
    two(handle);
}

//# clone_in_flight: E0277
//! Two rights to wait would give two rights to queue.
//! pass: The handles of an `Arc` can be cloned: those works are claimed.
fn two<H: Clone>(_handle: &H) {}

pub fn clone<T>(handle: &InFlight<T>) //[fail]
pub fn clone<T>(handle: &Handle<Arc<T>>) //[pass]
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + Sync + 'static, //[fail]
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static, //[pass]
{
    two(handle);
}

//# exclusive_moved_out: E0507
//! The token owns an object that must not move.
//! pass: It may be borrowed.
pub fn take<T: Sole>(idle: &mut Idle<T>) {
    let _object: T = **idle; //[fail]
    let _object: &T = &**idle; //[pass]
}

//# token_moved_out: E0507
//! A token that was moved out of the context would outlive the callback.
//! pass: It may be borrowed.
pub fn take(cx: &Context<Hard>) -> CpuId {
    let token: IrqsOff = **cx; //[fail]
    let token: &IrqsOff = &**cx; //[pass]
    token.cpu()
}

//# exclusive_swapped: E0596
//! Two objects must not change places: each irq_work is where C has it.
//! pass: Two tokens may.
pub fn swap<T: Sole>(mut a: Idle<T>, mut b: Idle<T>) -> (Idle<T>, Idle<T>) {
    mem::swap(&mut *a.as_mut(), &mut *b.as_mut()); //[fail]
    mem::swap(&mut a, &mut b); //[pass]
    (a, b)
}

//# use_after_refusal: E0382
//! A refused token is in the error.
//! pass: From there it can be taken.
pub fn ring<T>(idle: Idle<T>, cpu: CpuId, task: &TaskContext) -> Result<InFlight<T>, Idle<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    match idle.queue_on(cpu, task) {
        Ok(in_flight) => Ok(in_flight),
        Err(_) => Err(idle), //[fail]
        Err(refused) => Err(refused.token), //[pass]
    }
}

//# ignore_refusal: unused_must_use
//! Queueing may be refused, and then the work does not run.
//! pass: A caller that does not care says so.
pub fn ring<T: Counted>(handle: &Handle<Arc<T>>) {
    handle.queue(); //[fail]
    _ = handle.queue(); //[pass]
}

//# ignore_idle: unused_must_use
//! expect-text: dropping this drops the work
//! The token owns the work, which should not be freed by accident.
//! pass: On purpose it is fine.
pub fn ignore() -> Result {
    exclusive::new::<Hard, _>(|_| (), GFP_KERNEL)?; //[fail]
    drop(exclusive::new::<Hard, _>(|_| (), GFP_KERNEL)?); //[pass]
    Ok(())
}

//# ignore_in_flight: unused_must_use
//! expect-text: dropping this gives up the work
//! Without the token the work can be neither waited for nor queued again.
//! pass: Dropping the token on purpose is fine.
pub fn ignore() -> Result {
    exclusive::new::<Hard, _>(|_| (), GFP_KERNEL)?.queue()?; //[fail]
    drop(exclusive::new::<Hard, _>(|_| (), GFP_KERNEL)?.queue()?); //[pass]
    Ok(())
}

//# idle_by_hand: E0451
//! expect-text: field `token` is private
//! A right to queue that did not come from the work itself could be a second
//! one.
//! pass: It is handed on.
pub fn forge<T: Sole>(idle: Idle<T>) -> Idle<T> {
    Idle { ..idle } //[fail]
    idle //[pass]
}

//# in_flight_by_hand: E0451
//! Two rights to wait would give two rights to queue.
//! pass: It is handed on.
pub fn forge<T: Sole>(in_flight: InFlight<T>) -> InFlight<T> {
    InFlight { ..in_flight } //[fail]
    in_flight //[pass]
}

//# idle_from_in_flight: E0616 uncoded
//! The right to wait does not become the right to queue before the wait is
//! over.
//! pass: After the wait it does.
pub fn forge<T: Sole>(in_flight: InFlight<T>, task: &TaskContext) -> Idle<T> {
    Idle { //[fail]
        token: in_flight.token, //[fail]
    } //[fail]
    in_flight.wait(task) //[pass]
}

//# idle_of_box: E0271
//! What has a token must have a callback that knows of it: the callback of a
//! box gets a context, by which it queues itself.
//! pass: It has a handle.
pub fn make<T: Boxed>(object: Pin<KBox<T>>) {
    drop(Idle::from(object)); //[fail]
    drop(Handle::from(object)); //[pass]
}

//# idle_not_sync: E0277
//! Sharing the token of an exclusive work shares its object, which may be a
//! `Cell`.
//! pass: The token of one in flight gives no access to it.
pub fn share<T: Sole>(token: Idle<T>) -> Result { //[fail]
pub fn share<T: Sole>(token: InFlight<T>) -> Result { //[pass]
    let _work = irq_work::new::<Hard, _>(move |_| _ = &token, GFP_KERNEL)?;
    Ok(())
}

//# nmi_exclusive_queue_on: E0277
//! expect-text: the trait `MaySendIpi` is not implemented for `InNmi`
//! An exclusive work sends the same IPI.
//! pass: It too may be queued on its own CPU.
pub fn ring<T: Sole>(idle: Idle<T>, cpu: CpuId, nmi: &InNmi) -> Result<InFlight<T>> {
    Ok(idle.queue_on(cpu, nmi)?) //[fail]
    Ok(idle.queue()?) //[pass]
}

//# exclusive_by_hand: E0423
//! An exclusive pointer without its token would be of no use to its owner, and
//! could only do harm.
//! pass: It is made with the token.
pub fn make<T: Sole>(object: Pin<KBox<T>>) {
    drop(Exclusive(object)); //[fail]
    drop(Idle::from(object)); //[pass]
}

//# exclusive_from_unpinned: E0277
//! An object that can still be moved must not be queued.
//! pass: A pinned one cannot be moved.
pub fn make<T: Sole>(object: KBox<T>) -> Idle<T> {
    Idle::from(object) //[fail]
    Idle::from(KBox::into_pin(object)) //[pass]
}

//# box_handle_of_exclusive: E0271 E0277
//! An exclusive object in a box must not get a handle that queues without a
//! token.
//! pass: It gets a token.
pub fn make<T: Sole>(object: Pin<KBox<T>>) -> Handle<Pin<KBox<T>>> { //[fail]
pub fn make<T: Sole>(object: Pin<KBox<T>>) -> Idle<T> { //[pass]
    object.into()
}

//# handle_of_exclusive: E0277
//! expect-text: has no `Handle`
//! expect-text: queued by its token, an `Idle<T>`
//! A handle queues without a token, which an exclusive work relies on.
//! pass: It has a token.
pub fn make<T: Sole>(object: Pin<KBox<T>>) -> Handle<Exclusive<T>> { //[fail]
pub fn make<T: Sole>(object: Pin<KBox<T>>) -> Idle<T> { //[pass]
    object.into()
}

//# target_by_hand: E0133
//! Only the caller of the callback knows that the exclusive object may be used.
//! pass: The token of an idle work knows it too.
pub fn object<T: Sole>(idle: &mut Idle<T>) -> Pin<&mut T> {
    <Exclusive<T> as IrqWorkPointer>::target((&raw const **idle).cast_mut()) //[fail]
    idle.as_mut() //[pass]
}
