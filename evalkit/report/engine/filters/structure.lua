-- From what the reader gives to plain figures and tables: carriers of cells, images, quotes, page breaks.
local problems = require("problems")
local stringify = pandoc.utils.stringify
local M = {}

local NO_BREAK = "\u{a0}"

local function is_comment(text)
  return text:match("^%s*<!%-%-") ~= nil
end

local function refuse_raw(element)
  if element.format:match("^html") and is_comment(element.text) then
    return {}
  end
  problems.report("raw", element.text:sub(1, 60))
  return {}
end

local function alternative_of(image)
  return image.attributes["fig-alt"] or image.attributes["alt"] or stringify(image.caption)
end

-- An image keeps one alternative text, where each writer looks for it.
local function settle_image(image)
  local text = alternative_of(image)
  local kept = { { "alt", text } }
  for _, key in ipairs({ "width", "height" }) do
    if image.attributes[key] then
      table.insert(kept, { key, image.attributes[key] })
    end
  end
  return pandoc.Image({ pandoc.Str(text) }, image.src, "", pandoc.Attr(image.identifier, image.classes, kept))
end

M.inlines = {
  RawInline = refuse_raw,
  RawBlock = refuse_raw,
  Image = settle_image,
  -- Listings are short and rare in a report: no colours, which would have to be checked for contrast.
  CodeBlock = function(block)
    block.classes = {}
    return block
  end,
  Quoted = function(quoted)
    local double = quoted.quotetype == "DoubleQuote"
    local opening = double and ("«" .. NO_BREAK) or "“"
    local closing = double and (NO_BREAK .. "»") or "”"
    local content = quoted.content
    content:insert(1, pandoc.Str(opening))
    content:insert(pandoc.Str(closing))
    return content
  end,
}

local function is_caption(block)
  return block.t == "Div" and block.classes:includes("evk-caption")
end

local function caption_of(div)
  for _, block in ipairs(div.content) do
    if is_caption(block) then
      return block.content
    end
  end
  return pandoc.Blocks({})
end

local function without_caption(div)
  return div.content:filter(function(block)
    return not is_caption(block)
  end)
end

local function to_figure(div)
  local source = nil
  div:walk({ Image = function(image) source = image.src end })
  local alternative = div.attributes.alt
  local attributes = pandoc.Attr("", {}, { alt = alternative })
  local image = pandoc.Image({ pandoc.Str(alternative) }, source, "", attributes)
  return pandoc.Figure({ pandoc.Plain({ image }) }, { long = caption_of(div) }, pandoc.Attr(div.identifier))
end

local function to_table(div)
  local blocks = without_caption(div)
  local tables = 0
  for _, block in ipairs(blocks) do
    if block.t == "Table" then
      tables = tables + 1
      block.identifier = div.identifier
      block.caption.long = caption_of(div)
    end
  end
  if tables ~= 1 then
    problems.report("not-one-table", div.identifier .. " " .. tables)
  end
  return blocks
end

local PAGE_BREAK = "{{< pagebreak >}}"

M.blocks = {
  Div = function(div)
    if div.classes:includes("evk-figure") then
      return to_figure(div)
    end
    if div.classes:includes("evk-table") then
      return to_table(div)
    end
  end,
  Para = function(para)
    if stringify(para) == PAGE_BREAK then
      return pandoc.Div({}, pandoc.Attr("", { "page-break" }))
    end
  end,
}

return M
