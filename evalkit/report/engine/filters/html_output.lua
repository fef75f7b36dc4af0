-- What HTML needs and pandoc does not write: tables and figures that scroll alone when the screen is narrow.
local stringify = pandoc.utils.stringify

-- A list of pairs: the keys of a Lua table would come out in another order at each run.
local function scrolling(content, classes, name)
  return pandoc.Div(content, pandoc.Attr("", classes, { { "role", "group" }, { "tabindex", "0" }, { "aria-label", name } }))
end

local function named(caption, otherwise)
  local name = stringify(caption.long)
  return name ~= "" and name or otherwise
end

return {
  {
    Table = function(tbl)
      for _, name in ipairs({ "size", "hyphenate", "short", "whole" }) do
        tbl.attributes[name] = nil
      end
      local classes = #tbl.colspecs > 6 and { "table-scroll", "wide" } or { "table-scroll" }
      return scrolling({ tbl }, classes, named(tbl.caption, "Tableau"))
    end,
    Figure = function(figure)
      figure.content = { scrolling(figure.content, { "figure-scroll" }, named(figure.caption, "Figure")) }
      return figure
    end,
  },
}
