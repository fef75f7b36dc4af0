-- What DOCX needs: page breaks, styles of callouts and of the page header.
local function styled(blocks, style)
  return pandoc.Div(blocks, pandoc.Attr("", {}, { ["custom-style"] = style }))
end

return {
  {
    Table = function(tbl)
      for _, name in ipairs({ "size", "hyphenate", "short", "whole" }) do
        tbl.attributes[name] = nil
      end
      return tbl
    end,
    Pandoc = function(doc)
      if doc.meta.notice then
        local notice = pandoc.Strong(pandoc.utils.type(doc.meta.notice) == "Inlines" and doc.meta.notice or {})
        doc.blocks:insert(1, styled({ pandoc.Para({ notice }) }, "Block Text"))
      end
      return doc
    end,
    Span = function(span)
      if span.classes:includes("caption-label") then
        return pandoc.Strong(span.content)
      end
    end,
    Div = function(div)
      if div.classes:includes("page-break") then
        return pandoc.RawBlock("openxml", '<w:p><w:r><w:br w:type="page"/></w:r></w:p>')
      end
      if div.classes:includes("callout-title") then
        return pandoc.Para({ pandoc.Strong(div.content[1].content) })
      end
      if div.classes:includes("callout") then
        return styled(div.content, "Block Text")
      end
      return nil
    end,
  },
}
