-- A callout says its kind in a word, not by its colour alone: Div "callout" > Div "callout-title" + content.
local stringify = pandoc.utils.stringify

local LABELS = {
  ["callout-note"] = "Note",
  ["callout-tip"] = "Conseil",
  ["callout-important"] = "Important",
  ["callout-warning"] = "Avertissement",
  ["callout-caution"] = "Mise en garde",
}

local function title_of(div)
  local first = div.content[1]
  if first and first.t == "Header" then
    div.content:remove(1)
    return first.content
  end
  local text = div.attributes.title
  if text and text ~= "" then
    return pandoc.utils.blocks_to_inlines(pandoc.read(text, "markdown").blocks)
  end
  return pandoc.Inlines({})
end

local function to_callout(div)
  for class, label in pairs(LABELS) do
    if div.classes:includes(class) then
      local title = title_of(div)
      local heading = pandoc.Inlines({ pandoc.Span({ pandoc.Str(label) }, { class = "callout-label" }) })
      if #title > 0 then
        heading:insert(pandoc.Str("\u{a0}–"))
        heading:insert(pandoc.Space())
        heading:insert(pandoc.Span(title, { class = "callout-heading" }))
      end
      local content = pandoc.Blocks({ pandoc.Div({ pandoc.Para(heading) }, { class = "callout-title" }) })
      content:extend(div.content)
      local accessible = { { "role", "note" }, { "aria-label", stringify(heading) } }
      return pandoc.Div(content, pandoc.Attr("", { "callout", class }, accessible))
    end
  end
end

return { Div = to_callout }
