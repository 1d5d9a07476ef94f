// SPDX-License-Identifier: MIT-0
//! metric spread: the largest value of a column less the smallest. Exact on integers and decimals;
//! NULL is skipped; a group without a value is missing.
use crate::abi::*;
use crate::c;
use crate::comfort::*;
use std::mem::size_of;
use std::os::raw::c_void;
use std::ptr::null;

const MOST: i128 = 10i128.pow(38); // decimals have at most 38 digits

/// One instance: what bind found out. Constant afterwards, for several threads share it.
struct Spread {
    number: Number,
}

/// What is kept for one group of rows, in memory of the host's.
#[repr(C)]
#[derive(Clone, Copy)]
struct State {
    lo: i128,
    hi: i128,
    n: i64,
}

impl State {
    fn take(&mut self, other: State) {
        self.lo = if self.n == 0 { other.lo } else { self.lo.min(other.lo) };
        self.hi = if self.n == 0 { other.hi } else { self.hi.max(other.hi) };
        self.n += other.n;
    }
}

unsafe extern "C" fn create(ctx: *mut Ctx, _: *const Args, out: *mut *mut c_void) -> Status {
    guarded(ctx, || {
        hand_over(Spread { number: Number::Int }, out);
        Ok(())
    })
}

unsafe extern "C" fn bind(
    ctx: *mut Ctx,
    this: *mut c_void,
    input: *const ArrowSchema,
    out: *mut ArrowSchema,
    shape: *mut MetricShape,
) -> Status {
    guarded(ctx, || {
        let (number, scale) = match number_of(*(*input).children) {
            Some(found) => found,
            None => {
                let why = "the column must be an integer or a decimal";
                return Err(fail(ctx, E_CONFIG, c!("column"), why));
            }
        };
        (*(this as *mut Spread)).number = number;
        let format = match number {
            Number::Int => "l".to_string(),
            _ => format!("d:38,{}", scale), // a difference may have a digit more than the column
        };
        out.write(schema("+s", "", vec![schema(&format, "value", Vec::new())]));
        (*shape).state_size = size_of::<State>() as u64;
        (*shape).flags = UNIT_OF_COLUMN;
        Ok(())
    })
}

unsafe extern "C" fn state_init(_: *const c_void, state: *mut c_void) {
    (state as *mut State).write(State { lo: 0, hi: 0, n: 0 });
}

unsafe extern "C" fn update(ctx: *mut Ctx, this: *const c_void, batch: *const Batch) -> Status {
    guarded(ctx, || {
        let (me, b) = (&*(this as *const Spread), &*batch);
        let column = &*b.columns;
        for i in 0..b.n as usize {
            let row = if b.sel.is_null() { i } else { *b.sel.add(i) as usize };
            let group = if b.group.is_null() { 0 } else { *b.group.add(i) as usize };
            if let Some(v) = cell(column, me.number, row) {
                (*(*b.state.add(group) as *mut State)).take(State { lo: v, hi: v, n: 1 });
            }
        }
        Ok(())
    })
}

unsafe extern "C" fn merge(
    ctx: *mut Ctx,
    _: *const c_void,
    into: *mut c_void,
    from: *const c_void,
) -> Status {
    guarded(ctx, || {
        let other = *(from as *const State);
        if other.n > 0 {
            (*(into as *mut State)).take(other);
        }
        Ok(())
    })
}

/// The value of a state: Ok(None) is missing, Err leaves its range.
fn difference(number: Number, s: &State) -> Result<Option<i128>, ()> {
    if s.n == 0 {
        return Ok(None);
    }
    let v = s.hi.checked_sub(s.lo).ok_or(())?;
    if v >= MOST || (number == Number::Int && v > i64::MAX as i128) {
        return Err(());
    }
    Ok(Some(v))
}

unsafe extern "C" fn finish(
    ctx: *mut Ctx,
    this: *const c_void,
    state: *const *mut c_void,
    n: u64,
    out: *mut ArrowArray,
    _: *mut u64,
) -> Status {
    guarded(ctx, || {
        let number = (*(this as *const Spread)).number;
        let mut values = Vec::with_capacity(n as usize);
        for i in 0..n as usize {
            match difference(number, &*(*state.add(i) as *const State)) {
                Ok(value) => values.push(value),
                Err(()) => {
                    let why = "the difference leaves the range of numbers";
                    return Err(fail(ctx, E_OVERFLOW, c!("column"), why));
                }
            }
        }
        out.write(one_column(&values, if number == Number::Int { 8 } else { 16 }));
        Ok(())
    })
}

static METRIC: Metric = Metric {
    size: size_of::<Metric>() as u32,
    flags: 0,
    bind,
    state_init,
    update,
    merge,
    finish,
    state_drop: None,
};
static IFACES: [Iface; 1] =
    [Iface { id: c!("jb.metric/1"), table: &METRIC as *const Metric as *const c_void }];
static PARAMS: [Param; 1] = [Param {
    size: size_of::<Param>() as u32,
    kind: T_COLUMN,
    flags: P_REQUIRED,
    reserved: 0,
    key: c!("column"),
    def: null(),
    range: null(),
    help: c!("The column, or an expression over the row."),
    help_zh: c!("列名，或由列构成的算式。"),
}];
pub static COMPONENT: Component = Component {
    size: size_of::<Component>() as u32,
    flags: C_REENTRANT,
    kind: c!("metric"),
    name: c!("spread"),
    title: c!("Spread"),
    title_zh: c!("极差"),
    help: c!("Largest less smallest."),
    help_zh: c!("最大值减最小值。"),
    params: &PARAMS as *const Param,
    n_params: PARAMS.len() as u32,
    param_stride: size_of::<Param>() as u32,
    ifaces: &IFACES as *const Iface,
    n_ifaces: IFACES.len() as u64,
    create: Some(create),
    destroy: Some(destroy::<Spread>),
};
