#pragma once
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>

// Swift cannot call the macro that casts one GObject type to another.
static inline void font_map_set_config(PangoFontMap *map, FcConfig *config)
{
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(map), config);
}
