-- Numbers of sections, figures, tables and equations, and the French text of the references to them.
local problems = require("problems")
local stringify = pandoc.utils.stringify

local NO_BREAK = "\u{a0}"
local CAPTIONS = { fig = "Figure", tbl = "Tableau" }
local NAMES = { fig = "figure", tbl = "tableau", sec = "section", eq = "équation" }
local is_html = FORMAT:match("^html") ~= nil

local targets = {} -- label -> { kind, number, title }
local numbered_sections = false

local function remember(label, kind, number, title)
  if targets[label] then
    problems.report("duplicate", label)
  end
  targets[label] = { kind = kind, number = number, title = title }
end

local function kind_of(label)
  local kind = label:match("^(%a+)%-")
  return kind and NAMES[kind:lower()] and kind:lower() or nil
end

-- Sections ---------------------------------------------------------------------------------------------------------

local function top_level(blocks)
  local lowest = 7
  blocks:walk({ Header = function(header) lowest = math.min(lowest, header.level) end })
  return lowest
end

local function next_number(counters, depth)
  counters[depth] = (counters[depth] or 0) + 1
  for deeper = depth + 1, 6 do
    counters[deeper] = 0
  end
  return table.concat(counters, ".", 1, depth)
end

local function number_sections(doc)
  local top, counters, previous = top_level(doc.blocks), {}, 0
  return doc:walk({
    Header = function(header)
      local depth = header.level - top + 1
      if depth > previous + 1 then
        problems.report("heading-jump", stringify(header))
      end
      previous = depth
      header.level = is_html and depth + 1 or depth
      local title, number = header.content:clone(), nil
      if numbered_sections and not header.classes:includes("unnumbered") then
        number = next_number(counters, depth)
        local span = pandoc.Span({ pandoc.Str(number) }, { class = "header-section-number" })
        header.content:insert(1, span)
        header.content:insert(2, pandoc.Str(NO_BREAK .. NO_BREAK))
      end
      if header.identifier:match("^sec%-") then
        remember(header.identifier, "sec", number, title)
      end
      return header
    end,
  })
end

-- Figures and tables -----------------------------------------------------------------------------------------------

local function with_number(caption, kind, number)
  local label = CAPTIONS[kind] .. NO_BREAK .. number
  local empty = #caption == 0 or stringify(caption) == ""
  local head = pandoc.Span({ pandoc.Str(empty and label or (label .. NO_BREAK .. "–")) }, { class = "caption-label" })
  if empty then
    return pandoc.Blocks({ pandoc.Plain({ head }) })
  end
  local first = caption[1]
  first.content:insert(1, head)
  first.content:insert(2, pandoc.Space())
  caption[1] = pandoc.Plain(first.content)
  return caption
end

local function number_floats(doc)
  local counts = { fig = 0, tbl = 0 }
  local function numbered(element)
    local kind = element.t == "Figure" and "fig" or "tbl"
    if not element.identifier:match("^" .. kind .. "%-") then
      return nil
    end
    counts[kind] = counts[kind] + 1
    remember(element.identifier, kind, tostring(counts[kind]))
    element.caption.long = with_number(element.caption.long, kind, counts[kind])
    return element
  end
  return doc:walk({ traverse = "topdown", Figure = numbered, Table = numbered })
end

-- Equations --------------------------------------------------------------------------------------------------------

local function number_equations(doc)
  local count = 0
  return doc:walk({
    Inlines = function(inlines)
      local changed, result, index = false, pandoc.Inlines({}), 1
      while index <= #inlines do
        local math = inlines[index]
        local after = inlines[index + 1]
        local skip = after and after.t == "Space" and 2 or 1
        local mark = inlines[index + skip]
        local label = math.t == "Math" and mark and mark.t == "Str" and mark.text:match("^{#(eq%-[%w_-]+)}$")
        if label then
          count = count + 1
          remember(label, "eq", tostring(count))
          local text = math.text .. " \\qquad (" .. count .. ")"
          result:insert(pandoc.Span({ pandoc.Math("DisplayMath", text) }, pandoc.Attr(label, { "equation" })))
          index = index + skip + 1
          changed = true
        else
          result:insert(math)
          index = index + 1
        end
      end
      return changed and result or nil
    end,
  })
end

-- References -------------------------------------------------------------------------------------------------------

local function reference_text(target, citation, label)
  if not target.number then
    local words = pandoc.Inlines({ pandoc.Str("«" .. NO_BREAK) })
    words:extend(target.title)
    words:insert(pandoc.Str(NO_BREAK .. "»"))
    return words
  end
  if citation.mode == "SuppressAuthor" then
    return { pandoc.Str(target.number) }
  end
  local name = NAMES[target.kind]
  if label:match("^%u") or target.kind == "fig" or target.kind == "tbl" then
    name = name:sub(1, 1):upper() .. name:sub(2)
  end
  return { pandoc.Str(name .. NO_BREAK .. target.number) }
end

local function resolve(citation)
  local label = citation.id
  local target = targets[label] or targets[label:sub(1, 1):lower() .. label:sub(2)]
  if not target then
    problems.report(kind_of(label) and "unknown-reference" or "citation", label)
    return pandoc.Str("?")
  end
  local anchor = targets[label] and label or label:sub(1, 1):lower() .. label:sub(2)
  local link = pandoc.Link(reference_text(target, citation, label), "#" .. anchor, "", { class = "crossref" })
  return link
end

local function references(cite)
  local result = pandoc.Inlines({})
  for index, citation in ipairs(cite.citations) do
    if index > 1 then
      local last = index == #cite.citations
      result:insert(pandoc.Str(last and " et" or ","))
      result:insert(pandoc.Space())
    end
    result:extend(citation.prefix)
    if #citation.prefix > 0 then
      result:insert(pandoc.Space())
    end
    result:insert(resolve(citation))
    result:extend(citation.suffix)
  end
  return result
end

return {
  Pandoc = function(doc)
    numbered_sections = doc.meta["evk-number-sections"] == true
    doc = number_sections(doc)
    doc = number_floats(doc)
    doc = number_equations(doc)
    return doc:walk({ Cite = references })
  end,
}
