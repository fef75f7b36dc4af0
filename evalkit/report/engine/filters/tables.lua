-- Header cells, and the widths of columns, measured on the text of the cells.
local stringify = pandoc.utils.stringify
local is_html = FORMAT:match("^html") ~= nil

-- Characters that fill the text width of an A4 page, by size of the type in points.
local CAPACITIES = { { 9.5, 102 }, { 8.5, 118 }, { 7.8, 128 }, { 7, 142 } }
local GUTTER = 2.2
local HEADER_WEIGHT = 1.12
local SHORT = 10 -- rows of a table that stays on one page; more when each takes one line
local SHORT_LINES = 24
local LONGEST_STEP = 40 -- characters by which a column is widened at once
local EXCHANGED = { 1, 3, 8 } -- characters that two columns exchange
local CUT = 0.5 -- what a line spared in one cell counts, beside one spared in the whole row
local COMFORTS = { 20, 16, 13 } -- characters under which a column of text reads badly, from the best to the least
local READABLE = 8.5 -- points of the smallest type that is worth wider columns
local ROWS_OF_PAGE = 30
local LONGEST_CELL = 1200 -- characters of a cell that two pages may share

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
  return widths
end

local function total(widths, key)
  local sum = 0
  for _, column in ipairs(widths) do
    sum = sum + column[key] + GUTTER
  end
  return sum
end

-- The width of a table whose columns have so many characters at least, or all of their text.
local function eased(widths, comfort)
  local sum = 0
  for _, column in ipairs(widths) do
    sum = sum + math.max(column.least, math.min(column.most, comfort)) + GUTTER
  end
  return sum
end

-- The type in which every column is at ease, else the largest in which every word fits its column.
local function fitting(widths)
  local least = COMFORTS[#COMFORTS]
  for _, comfort in ipairs(COMFORTS) do
    for _, choice in ipairs(CAPACITIES) do
      if eased(widths, comfort) <= choice[2] and (choice[1] >= READABLE or comfort == least) then
        return choice[1], choice[2], false
      end
    end
  end
  for _, choice in ipairs(CAPACITIES) do
    if total(widths, "least") <= choice[2] then
      return choice[1], choice[2], false
    end
  end
  local last = CAPACITIES[#CAPACITIES]
  return last[1], last[2], true
end

-- The lines that a text takes in so many characters.
local function lines_of(words, width)
  local lines, used = 1, 0
  for _, length in ipairs(words) do
    if used > 0 and used + 1 + length > width then
      lines, used = lines + 1, length
    else
      used = used + length + (used > 0 and 1 or 0)
    end
  end
  return lines
end

-- For each row, the lengths of the words of each cell, which may be cut behind their hyphens.
local function rows_of(tbl)
  local found = {}
  local function add(rows, weight)
    for _, row in ipairs(rows) do
      local cells = {}
      for index, cell in ipairs(row.cells) do
        local words, heavy = {}, weight
        cell.contents:walk({ Strong = function() heavy = HEADER_WEIGHT end })
        if cell.col_span == 1 then
          for word in stringify(cell.contents):gsub("-", "- "):gmatch("[^ \n]+") do
            words[#words + 1] = (utf8.len(word) or #word) * heavy
          end
        end
        cells[index] = words
      end
      if #cells == #tbl.colspecs then
        found[#found + 1] = cells
      end
    end
  end
  local rows = 0
  for _, body in ipairs(tbl.bodies) do
    rows = rows + #body.body
    add(body.body, 1)
  end
  -- The header comes again on every page.
  for _ = 0, math.floor(rows / ROWS_OF_PAGE) do
    add(tbl.head.rows, HEADER_WEIGHT)
  end
  return found
end

-- How many lines a column takes in each row, for each width that was asked for.
local function counter(rows, index)
  local known = {}
  return function(width)
    if not known[width] then
      local lines = {}
      for place, cells in ipairs(rows) do
        lines[place] = lines_of(cells[index], width)
      end
      known[width] = lines
    end
    return known[width]
  end
end

-- The widening of one column that spares the most lines of the table for each character; nil when none spares any.
local function best_step(counters, given, spare)
  local best, by, rate = nil, nil, 0
  for index, count in ipairs(counters) do
    local now = count(given[index])
    local others = {}
    for place = 1, #now do
      others[place] = 1
    end
    for other, theirs in ipairs(counters) do
      if other ~= index then
        for place, lines in ipairs(theirs(given[other])) do
          others[place] = math.max(others[place], lines)
        end
      end
    end
    for step = 1, math.min(spare, LONGEST_STEP) do
      local spared = 0
      for place, lines in ipairs(count(given[index] + step)) do
        spared = spared + math.max(others[place], now[place]) - math.max(others[place], lines)
        spared = spared + CUT * (now[place] - lines)
      end
      if spared / step > rate then
        best, by, rate = index, step, spared / step
      end
    end
  end
  return best, by
end

-- The lines of a table, and a part of those of each cell: a cut text reads less well even where its row is tall.
local function lines_in_all(counters, given)
  local sum, tallest = 0, {}
  for index, count in ipairs(counters) do
    for place, lines in ipairs(count(given[index])) do
      sum = sum + CUT * lines
      tallest[place] = math.max(tallest[place] or 1, lines)
    end
  end
  for _, lines in ipairs(tallest) do
    sum = sum + lines
  end
  return sum
end

-- Moves characters from a column to another as long as that spares lines.
local function exchange(counters, given, least)
  local now, moved = lines_in_all(counters, given), true
  while moved do
    moved = false
    for from = 1, #given do
      for to = 1, #given do
        for _, step in ipairs(EXCHANGED) do
          if from ~= to and given[from] - step >= least[from] then
            given[from], given[to] = given[from] - step, given[to] + step
            local sum = lines_in_all(counters, given)
            if sum < now - 0.01 then
              now, moved = sum, true
            else
              given[from], given[to] = given[from] + step, given[to] - step
            end
          end
        end
      end
    end
  end
end

-- Each column has its longest word; what is left of the line goes where it spares lines, then to texts still cut.
local function shares(tbl, widths, capacity)
  local given, counters, floors, rows = {}, {}, {}, rows_of(tbl)
  local spare = math.floor(capacity - GUTTER * #widths)
  for index, column in ipairs(widths) do
    given[index] = math.ceil(column.least)
    floors[index] = given[index]
    counters[index] = counter(rows, index)
    spare = spare - given[index]
  end
  while spare > 0 do
    local best, by = best_step(counters, given, spare)
    if not best then
      break
    end
    given[best], spare = given[best] + by, spare - by
  end
  exchange(counters, given, floors)
  local lacks, lacking = {}, 0
  for index, column in ipairs(widths) do
    lacks[index] = math.max(0, column.most - given[index])
    lacking = lacking + lacks[index]
  end
  local parts, sum = {}, 0
  for index, column in ipairs(widths) do
    local wanted = lacking > 0 and lacks[index] / lacking or column.most / total(widths, "most")
    parts[index] = given[index] + GUTTER + math.max(0, spare) * wanted
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

local function longest_cell(tbl)
  local longest = 0
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do
      for _, cell in ipairs(row.cells) do
        longest = math.max(longest, utf8.len(stringify(cell.contents)) or 0)
      end
    end
  end
  return longest
end

local function set_widths(tbl)
  local widths = measured(tbl)
  local size, capacity, hyphenate = fitting(widths)
  local fits = total(widths, "most") <= capacity and size == CAPACITIES[1][1] and not has_spans(tbl)
  local parts = not (is_html or fits) and shares(tbl, widths, capacity) or nil
  for index, spec in ipairs(tbl.colspecs) do
    tbl.colspecs[index] = { spec[1], parts and parts[index] or nil }
  end
  tbl.attributes.size = tostring(size)
  tbl.attributes.hyphenate = tostring(hyphenate)
  tbl.attributes.whole = tostring(longest_cell(tbl) <= LONGEST_CELL)
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
