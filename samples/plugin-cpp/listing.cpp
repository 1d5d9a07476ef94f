// SPDX-License-Identifier: MIT-0
/* section listing: a paragraph, then an item for each row of a figure. Words and numbers go
 * through the host's text language, so {…}, filters and unit checks work in it as everywhere. */
#include "sample.h"

namespace
{

using sample::guarded;
using sample::host;

/* One instance: its settings. Texts live as long as it does. */
struct Listing {
    const char *intro = nullptr, *item = nullptr;
};

/* One call: what it needs of the host. The first failure is kept; what follows does nothing. */
class Call
{
  public:
    explicit Call(jb_ctx *ctx)
        : ctx_(ctx), doc_(static_cast<const jb_doc_api *>(host->query(JB_HOST_DOC))),
          text_(static_cast<const jb_text_api *>(host->query(JB_HOST_TEXT)))
    {
        const auto *figures = static_cast<const jb_figures_api *>(host->query(JB_HOST_FIGURES));
        if (figures == nullptr || doc_ == nullptr || text_ == nullptr)
            status = jb_fail_text(host, ctx, JB_E_INTERNAL, nullptr, "the host offers no document");
        else
            status = figures->get(ctx, "of", 0, &figure_);
    }

    /* While checking a figure has a shape, but no rows. */
    std::int64_t rows() const
    {
        return status == JB_OK ? figure_.array->length : 0;
    }

    jb_bind row(std::uint64_t i) const
    {
        return {sizeof(jb_bind), 0, "r", &figure_, i};
    }

    void check(const char *key, const char *text, const jb_bind *bind)
    {
        if (status == JB_OK && text != nullptr)
            status = text_->check(ctx_, key, 0, text, bind, bind != nullptr ? 1 : 0);
    }

    void add(jb_node *parent, const char *kind, const char *key, const char *text,
             const jb_bind *bind)
    {
        if (status != JB_OK || text == nullptr)
            return;
        jb_node *node = doc_->add(ctx_, parent, kind);
        status = node == nullptr
                     ? JB_E_INTERNAL // the host has said why
                     : text_->emit(ctx_, node, key, 0, text, bind, bind != nullptr ? 1 : 0);
    }

    jb_status status = JB_OK;

  private:
    jb_ctx *ctx_;
    const jb_doc_api *doc_;
    const jb_text_api *text_;
    jb_figure figure_{};
};

jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    return guarded(ctx, [&] {
        auto *me = new Listing;
        host->get_str(args, "intro", &me->intro);
        host->get_str(args, "item", &me->item); // required: the host has seen to it
        *self = me;
        return JB_OK;
    });
}

void destroy(void *self)
{
    delete static_cast<Listing *>(self);
}

/* `jianbao check` asks before any data is read. */
jb_status check(jb_ctx *ctx, void *self)
{
    return guarded(ctx, [&] {
        const auto &me = *static_cast<const Listing *>(self);
        Call call(ctx);
        const jb_bind any = call.row(0);
        call.check("intro", me.intro, nullptr);
        call.check("item", me.item, &any);
        return call.status;
    });
}

/* The heading is there already; write below `parent`. */
jb_status write(jb_ctx *ctx, void *self, jb_node *parent)
{
    return guarded(ctx, [&] {
        const auto &me = *static_cast<const Listing *>(self);
        Call call(ctx);
        call.add(parent, "para", "intro", me.intro, nullptr);
        for (std::int64_t i = 0; i < call.rows(); i++) {
            const jb_bind row = call.row(static_cast<std::uint64_t>(i));
            call.add(parent, "item", "item", me.item, &row);
        }
        return call.status;
    });
}

const jb_section section = {sizeof(jb_section), 0, check, write};
const jb_iface ifaces[] = {{JB_SECTION, &section}};
const jb_param params[] = {
    {sizeof(jb_param), JB_T_FIGURE, JB_P_REQUIRED, 0, "of", nullptr, nullptr,
     "The figure whose rows are listed.", "逐行列出的指标。"},
    {sizeof(jb_param), JB_T_TEMPLATE, 0, 0, "intro", nullptr, nullptr,
     "A paragraph before the list.", "前面的一段话。"},
    {sizeof(jb_param), JB_T_TEMPLATE, JB_P_REQUIRED, 0, "item", nullptr, nullptr,
     "What is printed of a row r: {r.district}, {r}.", "每一行 r 怎么写，如 {r.district}：{r}。"},
};

} // namespace

const jb_component sample::listing = {
    sizeof(jb_component),
    JB_C_REENTRANT,
    "section",
    "listing",
    "List",
    "清单",
    "A paragraph and an item for each row of a figure.",
    "一段话，然后逐行列出一个指标。",
    params,
    sizeof params / sizeof params[0],
    sizeof(jb_param),
    ifaces,
    sizeof ifaces / sizeof ifaces[0],
    create,
    destroy,
};
