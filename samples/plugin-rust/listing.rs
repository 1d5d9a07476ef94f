// SPDX-License-Identifier: MIT-0
//! section listing: a paragraph, then an item for each row of a figure. Words and numbers go
//! through the host's text language, so {…}, filters and unit checks work in it as everywhere.
use crate::abi::*;
use crate::c;
use crate::comfort::*;
use std::mem::{size_of, zeroed};
use std::os::raw::c_void;
use std::ptr::null;

/// One instance: its settings. Texts live as long as it does; null: not set.
struct Listing {
    intro: Text,
    item: Text,
}

/// What a call needs of the host.
struct Services {
    doc: &'static DocApi,
    text: &'static TextApi,
    figure: Figure,
}

unsafe extern "C" fn create(ctx: *mut Ctx, args: *const Args, out: *mut *mut c_void) -> Status {
    guarded(ctx, || {
        let mut me = Listing { intro: null(), item: null() };
        (host().get_str)(args, c!("intro"), &mut me.intro);
        (host().get_str)(args, c!("item"), &mut me.item); // required: the host has seen to it
        hand_over(me, out);
        Ok(())
    })
}

unsafe fn services(ctx: *mut Ctx) -> Result<Services, Status> {
    let figures = service::<FiguresApi>(c!("jb.host.figures/1"));
    let doc = service::<DocApi>(c!("jb.host.doc/1"));
    let text = service::<TextApi>(c!("jb.host.text/1"));
    if let (Some(figures), Some(doc), Some(text)) = (figures, doc, text) {
        let mut s = Services { doc, text, figure: zeroed() };
        ok((figures.get)(ctx, c!("of"), 0, &mut s.figure))?;
        return Ok(s);
    }
    Err(fail(ctx, E_INTERNAL, null(), "the host offers no document"))
}

fn bound(figure: &Figure, row: u64) -> Bind {
    Bind { size: size_of::<Bind>() as u32, reserved: 0, name: c!("r"), figure, row }
}

/// `jianbao check` asks before any data is read: the figure has a shape, but no rows.
unsafe extern "C" fn check(ctx: *mut Ctx, this: *mut c_void) -> Status {
    guarded(ctx, || {
        let me = &*(this as *const Listing);
        let s = services(ctx)?;
        let any = bound(&s.figure, 0);
        if !me.intro.is_null() {
            ok((s.text.check)(ctx, c!("intro"), 0, me.intro, null(), 0))?;
        }
        ok((s.text.check)(ctx, c!("item"), 0, me.item, &any, 1))
    })
}

unsafe fn add(
    ctx: *mut Ctx,
    s: &Services,
    parent: *mut Node,
    kind: Text,
    key: Text,
    text: Text,
    bind: Option<&Bind>,
) -> Result<(), Status> {
    let node = (s.doc.add)(ctx, parent, kind);
    if node.is_null() {
        return Err(E_INTERNAL); // the host has said why
    }
    let binds = bind.map_or(null(), |b| b as *const Bind);
    ok((s.text.emit)(ctx, node, key, 0, text, binds, bind.is_some() as u64))
}

/// The heading is there already; write below `parent`.
unsafe extern "C" fn write(ctx: *mut Ctx, this: *mut c_void, parent: *mut Node) -> Status {
    guarded(ctx, || {
        let me = &*(this as *const Listing);
        let s = services(ctx)?;
        if !me.intro.is_null() {
            add(ctx, &s, parent, c!("para"), c!("intro"), me.intro, None)?;
        }
        for row in 0..(*s.figure.array).length as u64 {
            let r = bound(&s.figure, row);
            add(ctx, &s, parent, c!("item"), c!("item"), me.item, Some(&r))?;
        }
        Ok(())
    })
}

static SECTION: Section =
    Section { size: size_of::<Section>() as u32, flags: 0, check: Some(check), write };
static IFACES: [Iface; 1] =
    [Iface { id: c!("jb.section/1"), table: &SECTION as *const Section as *const c_void }];

const fn param(kind: u32, flags: u32, key: Text, help: Text, help_zh: Text) -> Param {
    let size = size_of::<Param>() as u32;
    Param { size, kind, flags, reserved: 0, key, def: null(), range: null(), help, help_zh }
}

static PARAMS: [Param; 3] = [
    param(
        T_FIGURE,
        P_REQUIRED,
        c!("of"),
        c!("The figure whose rows are listed."),
        c!("逐行列出的指标。"),
    ),
    param(
        T_TEMPLATE,
        0,
        c!("intro"),
        c!("A paragraph before the list."),
        c!("前面的一段话。"),
    ),
    param(
        T_TEMPLATE,
        P_REQUIRED,
        c!("item"),
        c!("What is printed of a row r: {r.district}, {r}."),
        c!("每一行 r 怎么写，如 {r.district}：{r}。"),
    ),
];
pub static COMPONENT: Component = Component {
    size: size_of::<Component>() as u32,
    flags: C_REENTRANT,
    kind: c!("section"),
    name: c!("listing"),
    title: c!("List"),
    title_zh: c!("清单"),
    help: c!("A paragraph and an item for each row of a figure."),
    help_zh: c!("一段话，然后逐行列出一个指标。"),
    params: &PARAMS as *const Param,
    n_params: PARAMS.len() as u32,
    param_stride: size_of::<Param>() as u32,
    ifaces: &IFACES as *const Iface,
    n_ifaces: IFACES.len() as u64,
    create: Some(create),
    destroy: Some(destroy::<Listing>),
};
