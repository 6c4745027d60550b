#include "validate/formats/xml.h"

#include <gtest/gtest.h>

#include "support/whole_checks.h"

namespace scalper::tests {
namespace {

ContractSettings with_xml(XmlSettings xml) {
  ContractSettings settings;
  settings.xml = std::move(xml);
  return settings;
}

ContractSettings with_doctype() { return with_xml({.root = {}, .doctype = true, .depth = {}}); }

std::string codes(std::string_view text, const ContractSettings& settings = {}) {
  return codes_of(verdict_on(text, "a.xml", settings));
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (; times > 0; --times) out += text;
  return out;
}

TEST(Xml, FindingsNameTheirPlace) {
  const Verdict verdict = verdict_on("<a>\n <b>\n </c>\n</a>", "a.xml");
  ASSERT_EQ(verdict.findings.size(), 1U);
  EXPECT_EQ(verdict.findings[0].code, "xml.tag");
  EXPECT_EQ(verdict.findings[0].location.byte, 12U);
  EXPECT_EQ(verdict.findings[0].location.line, 3U);
  const Verdict unbound = verdict_on("<a>\n<b p:x='1'/></a>", "a.xml");
  ASSERT_EQ(unbound.findings.size(), 1U);
  EXPECT_EQ(unbound.findings[0].location.byte, 4U);
  EXPECT_EQ(unbound.findings[0].location.line, 2U);
}

TEST(Xml, NamesFromTheFileAreEscapedAndShort) {
  const std::string name = "p" + repeated("\xE2\x80\xAE", 200);  // a character that turns text around
  const Verdict verdict = verdict_on("<" + name + ":a/>", "a.xml");
  ASSERT_EQ(verdict.findings.size(), 1U);
  EXPECT_LT(verdict.findings[0].message.size(), 300U);
  EXPECT_EQ(verdict.findings[0].message.find('\xE2'), verdict.findings[0].message.rfind('\xE2'));
}

TEST(Xml, TheContractsRootIsDemanded) {
  const auto root = [](std::string_view name) {
    return with_xml({.root = std::string(name), .doctype = false, .depth = {}});
  };
  EXPECT_EQ(codes("<order/>", root("order")), "-");
  EXPECT_EQ(codes("<o:order xmlns:o='u'/>", root("order")), "-");
  EXPECT_EQ(codes("<o:order xmlns:o='u'/>", root("o:order")), "-");
  EXPECT_EQ(codes("<orders><order/></orders>", root("order")), "xml.root");
}

TEST(Xml, DepthIsTheContractsOrTheEngines) {
  const auto nested = [](std::size_t depth) { return repeated("<a>", depth) + repeated("</a>", depth); };
  const auto depth = [](std::uint64_t most) { return with_xml({.root = {}, .doctype = false, .depth = most}); };
  EXPECT_EQ(codes(nested(3), depth(3)), "-");
  EXPECT_EQ(codes(nested(4), depth(3)), "xml.depth");
  EXPECT_EQ(codes(nested(1000)), "-");
  EXPECT_EQ(codes(nested(1001)), "limit.depth");
  EXPECT_EQ(codes(nested(10'000), depth(10'000)), "-");
}

TEST(Xml, ADoctypeIsReadWhereTheContractAllowsIt) {
  const std::string text = "<!DOCTYPE a [<!ELEMENT a ANY><!ENTITY e 'x'><!ATTLIST a b CDATA 'c'>]><a>&e;</a>";
  EXPECT_EQ(codes(text), "xml.doctype_forbidden");
  EXPECT_EQ(codes(text, with_doctype()), "-");
  EXPECT_EQ(codes("<!DOCTYPE a [<!ENTITY e '<b>'>]><a>&e;</a>", with_doctype()), "xml.entity");
  EXPECT_EQ(codes("<!DOCTYPE a [<!ENTITY e '&e;'>]><a>&e;</a>", with_doctype()), "xml.entity");
  EXPECT_EQ(codes("<!DOCTYPE a [<!ELEMENT a ANY]><a/>", with_doctype()), "xml.syntax");
}

TEST(Xml, NothingOutsideOfTheFileIsRead) {
  EXPECT_EQ(codes("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", with_doctype()), "-");
  EXPECT_EQ(codes("<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;&e;</a>", with_doctype()),
            "xml.external_entity");
}

std::string bomb(int levels) {
  std::string text = "<!DOCTYPE a [<!ENTITY e0 '0123456789'>";
  for (int i = 1; i <= levels; ++i) {
    text += "<!ENTITY e" + std::to_string(i) + " '" + repeated("&e" + std::to_string(i - 1) + ";", 10) + "'>";
  }
  return text + "]><a>&e" + std::to_string(levels) + ";</a>";
}

TEST(Xml, EntitiesDoNotExpandWithoutEnd) {
  EXPECT_EQ(codes(bomb(3), with_doctype()), "-");
  EXPECT_EQ(codes(bomb(9), with_doctype()), "xml.entity_expansion");
  // One within the other: what the parser follows by calling itself.
  std::string chain = "<!DOCTYPE a [<!ENTITY e0 'x'>";
  for (int i = 1; i < 100'000; ++i) {
    chain += "<!ENTITY e" + std::to_string(i) + " '&e" + std::to_string(i - 1) + ";'>";
  }
  EXPECT_EQ(codes(chain + "]><a>&e99999;</a>", with_doctype()), "limit.entities");
}

TEST(Xml, TheEnginesOwnLimitsAreUnverifiable) {
  EXPECT_EQ(codes("<a>" + repeated("text ", 500'000) + "</a>"), "-");
  EXPECT_EQ(codes("<a b='" + std::string(1'000'000, 'x') + "'/>"), "-");
  EXPECT_EQ(codes("<a b='" + std::string(1'200'000, 'x') + "'/>"), "limit.token");
  EXPECT_EQ(codes("<a><!--" + std::string(1'200'000, 'x') + "--></a>"), "limit.token");
  EXPECT_EQ(codes("<a><?x " + std::string(1'200'000, 'x') + "?></a>"), "limit.token");
  // Names of elements that are open are held.
  std::string names;
  for (int i = 0; i < 90; ++i) names += "<" + std::string(100'000, 'x') + ">";
  const Verdict held = verdict_on(names, "a.xml");
  EXPECT_EQ(codes_of(held), "limit.memory");
  EXPECT_EQ(held.kind, VerdictKind::kUnverifiable);
  // As are the names of attributes.
  std::string attributes = "<a>";
  for (int i = 0; i < 200'000; ++i) attributes += "<b attribute-number-" + std::to_string(i) + "='1'/>";
  EXPECT_EQ(codes(attributes + "</a>"), "limit.memory");
  EXPECT_EQ(codes("<a>" + repeated("<b xmlns:p='" + std::string(8000, 'u') + "'>", 5)), "limit.namespaces");
}

TEST(Xml, WhatIsSaidDoesNotDependOnPieces) {
  std::string text = "<orders>\n";
  for (int i = 0; text.size() < 200'000; ++i)
    text += "  <order id=\"" + std::to_string(i) +
            "\">Gr\xC3\xB6\xC3\x9F"
            "e</order>\n";
  for (const std::string& end :
       {std::string("</orders>"), std::string("</order>"), std::string("<x:y/>"), std::string()}) {
    const std::string whole = text + end;
    FileFacts facts;
    facts.name = "a.xml";
    for_each_cut(whole,
                 [&](const Chunks& chunks) { EXPECT_EQ(verdict_on(chunks, facts), verdict_on(Chunks{whole}, facts)); });
  }
}

}  // namespace
}  // namespace scalper::tests
