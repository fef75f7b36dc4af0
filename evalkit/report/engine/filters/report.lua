-- The one filter given to pandoc: the passes over a document, in order.
local folder = pandoc.path.directory(PANDOC_SCRIPT_FILE)
package.path = pandoc.path.join({ folder, "?.lua" }) .. ";" .. package.path

local structure = require("structure")
local callouts = require("callouts")
local crossref = require("crossref")
local tables = require("tables")
local problems = require("problems")
local formats = {
  html = "html_output", html5 = "html_output", typst = "typst_output", docx = "docx_output",
}

local passes = {
  structure.inlines,
  structure.blocks,
  callouts,
  crossref,
  tables,
  { Pandoc = problems.stop_if_any },
}
for _, pass in ipairs(require(formats[FORMAT])) do
  table.insert(passes, pass)
end
return passes
