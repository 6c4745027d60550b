#include "adapters/aws/client/xml.h"

#include <gtest/gtest.h>

namespace scalper::aws {
namespace {

std::string nested(std::size_t levels) {
  std::string text;
  for (std::size_t i = 0; i < levels; ++i) text += "<a>";
  for (std::size_t i = 0; i < levels; ++i) text += "</a>";
  return text;
}

std::string wide(std::size_t elements) {
  std::string text = "<r>";
  for (std::size_t i = 1; i < elements; ++i) text += "<a/>";
  return text + "</r>";
}

TEST(AwsXml, ReadsATree) {
  const auto parsed = parse_xml(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListVersionsResult "
      "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
      "<Name>b</Name><Version><Key> a &amp;&#x20;\xc3\xbc<![CDATA[<&>]]></Key><Size>5</Size></Version>"
      "<!-- no --><Version><Key>c</Key></Version><x:Owner xmlns:x=\"u\" x:a=\"1\"><x:ID>me</x:ID></x:Owner>"
      "</ListVersionsResult>");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message();
  const XmlElement& root = *parsed;
  EXPECT_EQ(root.name, "ListVersionsResult");
  ASSERT_EQ(root.children.size(), 4u);
  EXPECT_EQ(root.text_at({"Version", "Key"}), " a & \xc3\xbc<&>") << "the first of that name, blanks kept";
  EXPECT_EQ(root.children[2].text_at({"Key"}), "c");
  EXPECT_EQ(root.text_at({"Owner", "ID"}), "me");
  EXPECT_EQ(root.text_at({"Owner", "DisplayName"}), "");
  EXPECT_EQ(root.text_at({"Nowhere", "ID"}), "");
  EXPECT_EQ(root.child("Nowhere"), nullptr);
  EXPECT_EQ(root.text, "") << "the text of children is theirs";
}

TEST(AwsXml, PassesOverWhatKeepsAConnectionAlive) {
  const auto parsed = parse_xml(" \n \r\n\t<?xml version=\"1.0\"?>\n\n<Error><Code>InternalError</Code></Error>\n ");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message();
  EXPECT_EQ((*parsed).text_at({"Code"}), "InternalError");
}

TEST(AwsXml, ReadsUpToItsLimits) {
  EXPECT_TRUE(parse_xml(nested(64)).ok());
  EXPECT_TRUE(parse_xml(wide(200'000)).ok());
}

TEST(AwsXml, RefusesWhatIsNoAnswer) {
  const std::vector<std::pair<const char*, std::string>> cases = {
      {"empty", ""},
      {"blanks", "  \n"},
      {"text", "Service Unavailable"},
      {"html", "<html><body><br></body></html>"},
      {"cut", "<a><b>text</b>"},
      {"two roots", "<a/><b/>"},
      {"rest", "<a/>x"},
      {"a prefix and no name", "<a:/>"},
      {"doctype", "<!DOCTYPE a><a/>"},
      {"entity", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"},
      {"outside entity", "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>"},
      {"unknown entity", "<a>&b;</a>"},
      {"control byte", std::string("<a>\x01</a>")},
      {"reference to a control byte", "<a>&#1;</a>"},
      {"NUL", std::string("<a>\0</a>", 8)},
      {"no UTF-8", "<a>\xff</a>"},
      {"declaration of one encoding, bytes of another", "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>"},
      {"depth", nested(65)},
      {"width", wide(200'001)},
  };
  for (const auto& [name, text] : cases) EXPECT_TRUE(parse_xml(text).failed_with(ErrorCode::kCorrupt)) << name;
}

TEST(AwsXml, EscapesAllThatCouldBeMistaken) {
  EXPECT_EQ(escape_xml("a<b>&\"'\n\x01\x7f\xc3\xbc"), "a&lt;b&gt;&amp;&quot;&apos;&#x0A;&#x01;&#x7F;\xc3\xbc");
  const auto back = parse_xml("<a>" + escape_xml("<\r\n&'\"> ") + "</a>");
  ASSERT_TRUE(back.ok());
  EXPECT_EQ((*back).text, "<\r\n&'\"> ") << "a line end is not made another";
}

}  // namespace
}  // namespace scalper::aws
