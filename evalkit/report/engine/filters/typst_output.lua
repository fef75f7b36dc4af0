-- What typst needs and pandoc does not write: alternative texts, callouts, sizes of tables.
local function raw(text)
  return pandoc.RawBlock("typst", text)
end

local function quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", " ") .. '"'
end

local WHOLE_LINES = pandoc.WriterOptions({ wrap_text = "none" })

local function typst(blocks)
  return (pandoc.write(pandoc.Pandoc(blocks), "typst-smart", WHOLE_LINES):gsub("%s+$", ""))
end

local function image_call(image)
  local width = image.attributes.width and (", width: " .. image.attributes.width) or ""
  return "image(" .. quoted(image.src) .. ", alt: " .. quoted(image.attributes.alt or "") .. width .. ")"
end

local function label_of(element)
  return element.identifier ~= "" and ("\n<" .. element.identifier .. ">") or ""
end

local function to_figure(figure)
  local image = nil
  figure:walk({ Image = function(found) image = found end })
  if not image then
    return nil
  end
  local caption = ""
  if #figure.caption.long > 0 then
    caption = ", caption: [" .. typst(figure.caption.long) .. "]"
  end
  return raw("#figure(" .. image_call(image) .. ", kind: image" .. caption .. ")" .. label_of(figure))
end

-- The alternative text of a formula is its source, which screen readers spell.
local function to_equation(math)
  local written = typst({ pandoc.Plain({ pandoc.Math(math.mathtype, math.text) }) })
  local block = math.mathtype == "DisplayMath" and "true" or "false"
  local call = "#math.equation(block: " .. block .. ", alt: " .. quoted(math.text) .. ", " .. written .. ".body)"
  return pandoc.RawInline("typst", call)
end

local function callout_kind(div)
  for _, class in ipairs(div.classes) do
    local kind = class:match("^callout%-(%a+)$")
    if kind and kind ~= "title" then
      return kind
    end
  end
end

local function to_callout(div)
  local title = table.remove(div.content, 1)
  local blocks = pandoc.Blocks({ raw('#evk-callout("' .. callout_kind(div) .. '", [' .. typst(title.content) .. "])[") })
  blocks:extend(div.content)
  blocks:insert(raw("]"))
  return blocks
end

local function styled(div, class)
  local blocks = pandoc.Blocks({ raw("#evk-" .. class .. "[") })
  blocks:extend(div.content)
  blocks:insert(raw("]"))
  return blocks
end

-- A list laid out as cards would not be a list any more for a PDF reader: the items are given one by one.
local function key_figures(div)
  local blocks = pandoc.Blocks({ raw("#evk-key-figures((") })
  div:walk({
    BulletList = function(list)
      for _, item in ipairs(list.content) do
        blocks:insert(raw("["))
        blocks:extend(item)
        blocks:insert(raw("],"))
      end
    end,
  })
  blocks:insert(raw("))"))
  return blocks
end

local function to_div(div)
  if div.classes:includes("callout") then
    return to_callout(div)
  end
  if div.classes:includes("page-break") then
    return raw("#pagebreak(weak: true)")
  end
  if div.classes:includes("key-figures") then
    return key_figures(div)
  end
  for _, class in ipairs({ "lead", "colophon" }) do
    if div.classes:includes(class) then
      return styled(div, class)
    end
  end
end

-- A line that announces what follows stays on its page.
local function announces(block, following)
  local lists = { BulletList = true, OrderedList = true, Table = true }
  if block.t ~= "Para" or not following or not lists[following.t] then
    return false
  end
  return pandoc.utils.stringify(block):match(":%s*$") ~= nil
end

local function keep_with_next(blocks)
  local kept = pandoc.Blocks({})
  for index, block in ipairs(blocks) do
    if announces(block, blocks[index + 1]) then
      kept:extend({ raw("#block(sticky: true, spacing: 1.05em)["), block, raw("]") })
    else
      kept:insert(block)
    end
  end
  return kept
end

-- The heading of a group of rows is a header of the second level: never alone at the foot of a page, said again on the
-- next one.
local function with_headings(source, columns)
  local heading = "(\n *)(table%.cell%(colspan: " .. columns .. "%)%[[^\n]*%]),%f[\n]"
  return (source:gsub(heading, "%1table.header(level: 2, %2),"))
end

local function to_table(tbl)
  local call = "#evk-table(" .. tbl.attributes.size .. "pt, " .. tbl.attributes.hyphenate
  call = call .. ", " .. tbl.attributes.short .. ", " .. tbl.attributes.whole .. ")["
  for _, name in ipairs({ "size", "hyphenate", "short", "whole" }) do
    tbl.attributes[name] = nil
  end
  return { raw(call), raw(with_headings(typst({ tbl }), #tbl.colspecs)), raw("]") }
end

local function to_span(span)
  if span.classes:includes("caption-label") then
    return pandoc.Strong(span.content)
  end
  if span.classes:includes("header-section-number") then
    return pandoc.RawInline("typst", "#evk-number[" .. pandoc.utils.stringify(span) .. "]")
  end
end

-- Formulas come first, since the captions that hold some are written as text by the second pass.
return {
  { Blocks = keep_with_next },
  { Math = to_equation, Span = to_span },
  { Figure = to_figure },
  {
    Image = function(image)
      return pandoc.RawInline("typst", "#box(" .. image_call(image) .. ")")
    end,
    Div = to_div,
    Table = to_table,
  },
}
