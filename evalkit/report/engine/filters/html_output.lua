-- What HTML needs and pandoc does not write: tables that scroll alone when the screen is narrow.
local stringify = pandoc.utils.stringify

return {
  {
    Table = function(tbl)
      tbl.attributes.size, tbl.attributes.hyphenate, tbl.attributes.short = nil, nil, nil
      local name = stringify(tbl.caption.long)
      -- A list of pairs: the keys of a Lua table would come out in another order at each run.
    local attributes = {
      { "role", "group" },
      { "tabindex", "0" },
      { "aria-label", name ~= "" and name or "Tableau" },
    }
      local classes = #tbl.colspecs > 6 and { "table-scroll", "wide" } or { "table-scroll" }
    return pandoc.Div({ tbl }, pandoc.Attr("", classes, attributes))
    end,
  },
}
