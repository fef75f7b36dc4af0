-- Header cells, and the widths of columns, measured on the text of the cells.
local stringify = pandoc.utils.stringify
local is_html = FORMAT:match("^html") ~= nil

-- Characters that fill the text width of an A4 page, by size of the type in points.
local CAPACITIES = { { 9.5, 102 }, { 8.5, 118 }, { 7.8, 128 }, { 7, 142 } }
local GUTTER = 2.2
local HEADER_WEIGHT = 1.12
local SHORT = 10 -- rows of a table that stays on one page; more when each takes one line
local SHORT_LINES = 24
local COMFORT = 13 -- characters under which a column of text reads badly

local function longest_word(text)
  local longest = 0
  for word in text:gmatch("[^ \n-]+") do
    longest = math.max(longest, utf8.len(word) or #word)
  end
  return longest
end

local function measure(rows, widths, weight)
  for _, row in ipairs(rows) do
    for index, cell in ipairs(row.cells) do
      local text = stringify(cell.contents)
      local column = widths[index]
      if column and cell.col_span == 1 then
        column.least = math.max(column.least, longest_word(text) * weight)
        column.most = math.max(column.most, (utf8.len(text) or #text) * weight)
      end
    end
  end
end

local function measured(tbl)
  local widths = {}
  for index = 1, #tbl.colspecs do
    widths[index] = { least = 2, most = 2 }
  end
  measure(tbl.head.rows, widths, HEADER_WEIGHT)
  for _, body in ipairs(tbl.bodies) do
    measure(body.body, widths, 1)
  end
  for _, column in ipairs(widths) do
    column.ease = math.max(column.least, math.min(column.most, COMFORT))
  end
  return widths
end

local function total(widths, key)
  local sum = 0
  for _, column in ipairs(widths) do
    sum = sum + column[key] + GUTTER
  end
  return sum
end

-- The largest type in which every column is at ease, else the largest in which every word fits its column.
local function fitting(widths)
  for _, key in ipairs({ "ease", "least" }) do
    local wanted = total(widths, key)
    for _, choice in ipairs(CAPACITIES) do
      if wanted <= choice[2] then
        return choice[1], choice[2], false
      end
    end
  end
  local last = CAPACITIES[#CAPACITIES]
  return last[1], last[2], true
end

-- Each column has its longest word; what is left of the line is shared by how much more each could use.
local function shares(widths, capacity)
  local least, most = total(widths, "least"), total(widths, "most")
  local spare = math.max(0, capacity - least)
  local parts, sum = {}, 0
  for index, column in ipairs(widths) do
    local wanted = most > least and (column.most - column.least) / (most - least) or 0
    parts[index] = column.least + GUTTER + spare * wanted
    sum = sum + parts[index]
  end
  for index = 1, #parts do
    parts[index] = parts[index] / sum
  end
  return parts
end

-- A cell that spans columns would push the last of them to hold its text, were the widths left to the page.
local function has_spans(tbl)
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do
      for _, cell in ipairs(row.cells) do
        if cell.col_span > 1 then
          return true
        end
      end
    end
  end
  return false
end

local function is_short(tbl, one_line)
  local rows = 0
  for _, body in ipairs(tbl.bodies) do
    rows = rows + #body.body
  end
  return rows <= (one_line and SHORT_LINES or SHORT)
end

local function set_widths(tbl)
  local widths = measured(tbl)
  local size, capacity, hyphenate = fitting(widths)
  local fits = total(widths, "most") <= capacity and size == CAPACITIES[1][1] and not has_spans(tbl)
  local parts = not (is_html or fits) and shares(widths, capacity) or nil
  for index, spec in ipairs(tbl.colspecs) do
    tbl.colspecs[index] = { spec[1], parts and parts[index] or nil }
  end
  tbl.attributes.size = tostring(size)
  tbl.attributes.hyphenate = tostring(hyphenate)
  tbl.attributes.short = tostring(is_short(tbl, total(widths, "most") <= capacity))
end

local function set_headers(tbl)
  for _, row in ipairs(tbl.head.rows) do
    for _, cell in ipairs(row.cells) do
      cell.attributes.scope = "col"
    end
  end
end

return {
  Table = function(tbl)
    set_widths(tbl)
    if is_html then
      set_headers(tbl)
    end
    return tbl
  end,
}
