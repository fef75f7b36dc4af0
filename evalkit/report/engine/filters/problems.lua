-- Problems are written on the error stream, one a line, as: EVK <tab> kind <tab> detail. Python puts them in French.
local found = false
local M = {}

function M.report(kind, detail)
  found = true
  io.stderr:write("EVK\t" .. kind .. "\t" .. (detail:gsub("[\t\r\n]", " ")) .. "\n")
end

function M.stop_if_any()
  if found then
    error("the document has problems")
  end
end

return M
