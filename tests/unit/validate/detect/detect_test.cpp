#include "validate/detect/detect.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "validate/detect/text_look.h"

namespace scalper {
namespace {

using namespace std::literals;

std::string tar_header() {
  std::string header(512, '\0');
  header.replace(0, 5, "a.txt");
  header.replace(257, 6, "ustar\0"s);
  return header;
}

// Before POSIX: no "ustar", only the sum.
std::string old_tar_header() {
  std::string header(512, '\0');
  header.replace(0, 5, "a.txt");
  header.replace(148, 8, "        ");
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  char digits[9] = {};
  std::snprintf(digits, sizeof digits, "%06o", sum);
  header.replace(148, 8, std::string(digits, 6) + "\0 "s);
  return header;
}

struct Marked {
  std::string head;
  std::string_view media;
};

std::vector<Marked> marked() {
  const std::string rest(16, '\0');
  return {
      {"\x89PNG\r\n\x1A\n" + rest, "image/png"},
      {"\0\0\0\x0CjP  \r\n\x87\n"s + rest, "image/jp2"},
      {"\0\0\0\x0CJXL \r\n\x87\n"s + rest, "image/jxl"},
      {"II\xBC\1"s + rest, "image/jxr"},
      {"\xABKTX 20\xBB\r\n\x1A\n"s + rest, "image/ktx2"},
      {"AT&TFORM\0\0\1\0DJVU"s + rest, "image/vnd.djvu"},
      {"\1\0\0\0"s + std::string(36, '\x05') + " EMF" + rest, "image/emf"},
      {"\xD7\xCD\xC6\x9A\0\0"s + rest, "image/wmf"},
      {"SIMPLE  =                    T / FITS", "image/fits"},
      {"gimp xcf v011" + rest, "image/x-xcf"},
      {"icns\0\0\1\0"s + rest, "image/icns"},
      {"FORM\0\0\1\0AIFFCOMM"s + rest, "audio/aiff"},
      {"#!AMR\n\x3C" + rest, "audio/amr"},
      {".snd\0\0\0\x18"s + rest, "audio/basic"},
      {"\0\0\1\xBA\x44"s + rest, "video/mpeg"},
      {"FLV\1\5"s + rest, "video/x-flv"},
      {"\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9\0\xAA\0\x62\xCE\x6C"s + rest, "application/vnd.ms-asf"},
      {"\0\0\0\x18"
       "ftyp3gp5"s +
           rest,
       "video/3gpp"},
      {"ttcf\0\2\0\0"s + rest, "font/collection"},
      {"WEBVTT\n\n00:01.000 --> 00:04.000\nHello\n", "text/vtt"},
      {"ISO-10303-21;\nHEADER;\n", "model/step"},
      {"-----BEGIN PGP MESSAGE-----\n\nhQEMA", "application/pgp-encrypted"},
      {"-----BEGIN PGP SIGNATURE-----\n\niQEz", "application/pgp-signature"},
      {"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQEN", "application/pgp-keys"},
      {"LZIP\1\x0C" + rest, "application/lzip"},
      {"\x21\x30-lh5-" + rest, "application/x-lzh-compressed"},
      {"\x2A\x11\x31\0\0\0\x90**ACE**"s + rest, "application/x-ace-compressed"},
      {"xar!\0\x1C\0\1"s + rest, "application/x-xar"},
      {"MSWIM\0\0\0\xD0"s + rest, "application/x-ms-wim"},
      {"\xFF\6\0\0sNaPpY"s + rest, "application/x-snappy-framed"},
      {"CDF\1\0\0"s + rest, "application/netcdf"},
      {"MATLAB 5.0 MAT-file, Platform: GLNXA64", "application/x-matlab-data"},
      {"$FL2@(#) SPSS DATA FILE" + rest, "application/x-spss-sav"},
      {"<stata_dta><header><release>118", "application/x-stata-dta"},
      {"\0\0\x27\x0A\0\0\0\0"s + rest, "application/vnd.shp"},
      {"\0\1\0\0Standard Jet DB\0"s + rest, "application/x-msaccess"},
      {"\0\1\0\0Standard ACE DB\0"s + rest, "application/x-msaccess"},
      {"\xD9\xD9\xF7\xA1" + rest, "application/cbor"},
      {"\0\5\x16\7\0\2\0\0Mac OS X"s + rest, "application/applefile"},
      {"\x78\x9F\x3E\x22" + rest, "application/vnd.ms-tnef"},
      {"!BDN\1\2\3\4SM\x17\0"s + rest, "application/vnd.ms-pst"},
      {"\0\0\2\x30"s + std::string(32, '\x05') + "acsp" + rest, "application/vnd.iccprofile"},
      {"d8:announce35:udp", "application/x-bittorrent"},
      {"AC1032\0\0"s + rest, "image/vnd.dwg"},
      {"glTF\2\0\0\0"s + rest, "model/gltf-binary"},
      {"FWS\x06\x10\1\0\0"s + rest, "application/vnd.adobe.flash.movie"},
      {"CWS\x0A\x10\1\0\0\x78\x9C"s + rest, "application/vnd.adobe.flash.movie"},
      {"ITSF\3\0\0\0"s + rest, "application/vnd.ms-htmlhelp"},
      {"\xFF\xD8\xFF\xE0" + rest, "image/jpeg"},
      {"GIF89a" + rest, "image/gif"},
      {"II*\0"s + rest, "image/tiff"},
      {"BM\x46\0\0\0"s + rest, "image/bmp"},
      {"RIFF\x24\0\0\0WEBPVP8 "s, "image/webp"},
      {"RIFF\x24\0\0\0WAVEfmt "s, "audio/wav"},
      {"RIFF\x24\0\0\0AVI LIST"s, "video/x-msvideo"},
      {"\0\0\1\0\1\0\x10\x10"s, "image/vnd.microsoft.icon"},
      {"\0\0\0\x18"
       "ftypisom"s +
           rest,
       "video/mp4"},
      {"\0\0\0\x18"
       "ftypM4A "s +
           rest,
       "audio/mp4"},
      {"\0\0\0\x18"
       "ftypqt  "s +
           rest,
       "video/quicktime"},
      {"\0\0\0\x18"
       "ftypavif"s +
           rest,
       "image/avif"},
      {"\x1A\x45\xDF\xA3" + rest, "video/matroska"},
      {"OggS\0\2"s + rest, "application/ogg"},
      {"fLaC\0\0\0\x22"s + rest, "audio/flac"},
      {"ID3\3\0\0"s + rest, "audio/mpeg"},
      {"MThd\0\0\0\6"s + rest, "audio/midi"},
      {"%PDF-1.7\n", "application/pdf"},
      {"%!PS-Adobe-3.0\n", "application/postscript"},
      {"{\\rtf1\\ansi}", "application/rtf"},
      {"\x1F\x8B\x08" + rest, "application/gzip"},
      {"BZh91AY&SY" + rest, "application/x-bzip2"},
      {"\xFD\x37zXZ\0"s + rest, "application/x-xz"},
      {"\x28\xB5\x2F\xFD" + rest, "application/zstd"},
      {"\x04\x22\x4D\x18" + rest, "application/x-lz4"},
      {"PK\3\4" + rest, "application/zip"},
      {"PK\5\6" + rest, "application/zip"},
      {tar_header(), "application/x-tar"},
      {old_tar_header(), "application/x-tar"},
      {"7z\xBC\xAF\x27\x1C" + rest, "application/x-7z-compressed"},
      {"Rar!\x1A\x07\1\0"s + rest, "application/vnd.rar"},
      {"MSCF\0\0\0\0"s + rest, "application/vnd.ms-cab-compressed"},
      {"070701" + std::string(100, '0') + "a\0"s, "application/x-cpio"},
      {"!<arch>\ndebian-binary   ", "application/vnd.debian.binary-package"},
      {"!<arch>\na.o/", "application/x-archive"},
      {"\xED\xAB\xEE\xDB" + rest, "application/x-rpm"},
      {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + rest, "application/x-ole-storage"},
      {"SQLite format 3\0"s + rest, "application/vnd.sqlite3"},
      {"PAR1\x15\4" + rest, "application/vnd.apache.parquet"},
      {"Obj\1" + rest, "application/vnd.apache.avro"},
      {"ORC\0\1"s + rest, "application/vnd.apache.orc"},
      {"ARROW1\0\0"s + rest, "application/vnd.apache.arrow.file"},
      {"\x89HDF\r\n\x1A\n" + rest, "application/x-hdf5"},
      {std::string(128, '\0') + "DICM", "application/dicom"},
      {"\xD4\xC3\xB2\xA1\2\0\4\0"s + rest, "application/vnd.tcpdump.pcap"},
      {"wOFF\0\1\0\0"s, "font/woff"},
      {"wOF2\0\1\0\0"s, "font/woff2"},
      {"\0\1\0\0\0\x0C"s + rest, "font/ttf"},
      {"OTTO\0\x0C"s + rest, "font/otf"},
      {"\x7F"
       "ELF\2\1\1"s +
           rest,
       "application/x-elf"},
      {"MZ\x90\0"s + rest, "application/vnd.microsoft.portable-executable"},
      {"\xCF\xFA\xED\xFE" + rest, "application/x-mach-binary"},
      {"\xCA\xFE\xBA\xBE\0\0\0\2"s + rest, "application/x-mach-binary"},
      {"\xCA\xFE\xBA\xBE\0\0\0\x41"s + rest, "application/java-vm"},
      {"\0asm\1\0\0\0"s, "application/wasm"},
      {"dex\n035\0"s, "application/vnd.android.dex"},
      {"#!/bin/sh\n", "text/x-shellscript"},
      {"#! /usr/bin/env python3\n", "text/x-python"},
      {"#!/usr/bin/perl -w\n", "text/x-perl"},
      {"<?php echo 1;", "text/x-php"},
      {"<?xml version=\"1.0\"?>", "application/xml"},
      {"\xEF\xBB\xBF<?xml version=\"1.0\"?>", "application/xml"},
      {"  <!DOCTYPE HTML>", "text/html"},
      {"<html lang=\"en\">", "text/html"},
  };
}

std::string_view media_of(const ContentType* type) { return type == nullptr ? "none"sv : type->media; }

TEST(TypeByMark, KnowsEachMark) {
  std::set<std::string_view> seen;
  for (const Marked& one : marked()) {
    EXPECT_EQ(media_of(type_by_mark(one.head)), one.media);
    seen.insert(one.media);
  }
  for (const ContentType& type : all_content_types()) {
    const bool by_name_only = type.family == Family::kZip || type.family == Family::kOle;
    if (!type.marked || by_name_only) continue;
    const std::set<std::string_view> rare = {"application/x-compress", "image/vnd.adobe.photoshop",
                                             "application/x-ms-shortcut"};
    EXPECT_TRUE(seen.count(type.media) > 0 || rare.count(type.media) > 0) << type.media << " has no test";
  }
}

TEST(TypeByMark, IsNotMisledByText) {
  for (const std::string_view text :
       {"ORCID,name\n", "PAR1,b\n", "070701\n", "MZ\n", "BZhello\n", "#!\n", "#! no path\n", "#1/bin/sh\n", "PKZIP\n",
        "RIFF\n", "GIF\n", "<a>\n", "< html>\n", "ID3\n", "", "P", "\x1F", "%PDF", "BM and more words\n"}) {
    EXPECT_EQ(media_of(type_by_mark(text)), "none") << text;
  }
  std::string sum = old_tar_header();
  sum[0] = 'b';
  EXPECT_EQ(type_by_mark(sum), nullptr);
}

TEST(ContentTypes, HaveOneNameEach) {
  EXPECT_GE(all_content_types().size(), 120U);
  std::set<std::string> media;
  std::set<std::string> extensions;
  for (const ContentType& type : all_content_types()) {
    EXPECT_TRUE(media.insert(std::string(type.media)).second) << type.media;
    EXPECT_EQ(find_content_type(type.media), &type);
    EXPECT_TRUE(type.words.starts_with("a") || type.words.find(' ') != std::string_view::npos || !type.words.empty());
    std::string_view words = type.extensions;
    while (!words.empty()) {
      const std::string word(words.substr(0, words.find(' ')));
      EXPECT_TRUE(extensions.insert(word).second) << word;
      EXPECT_EQ(content_type_of_name("x." + word), &type) << word;
      words.remove_prefix(std::min(word.size() + 1, words.size()));
    }
  }
}

TEST(ContentTypes, AreFoundByNameAndAlias) {
  EXPECT_EQ(media_of(content_type_of_name("in/A.CSV")), "text/csv");
  EXPECT_EQ(media_of(content_type_of_name("a.csv/b")), "none");
  EXPECT_EQ(media_of(content_type_of_name("b\\c.json")), "application/json");
  EXPECT_EQ(media_of(content_type_of_name(".csv")), "none");
  EXPECT_EQ(media_of(content_type_of_name("a.")), "none");
  EXPECT_EQ(media_of(content_type_of_name("a.csv.gz")), "application/gzip");
  EXPECT_EQ(media_of(find_content_type("Text/JSON ; charset=utf-8")), "application/json");
  EXPECT_EQ(media_of(find_content_type("")), "none");
  EXPECT_EQ(media_of(find_content_type("text/csv text/x-csv")), "none");
  EXPECT_EQ(name_inside_compression("in/a.csv.GZ"), "a.csv");
  EXPECT_EQ(name_inside_compression("a.tgz"), "a.tar");
  EXPECT_EQ(name_inside_compression("in/a"), "a");
}

TEST(TextLook, TellsTextsApart) {
  const auto look = [](std::string_view head, bool whole = true) { return look_at_text(head, whole); };
  EXPECT_EQ(look(""), TextLook::kEmpty);
  EXPECT_EQ(look("words\n"), TextLook::kPlain);
  EXPECT_EQ(look("  \n"), TextLook::kPlain);
  EXPECT_EQ(look("{\"a\": 1}"), TextLook::kJson);
  EXPECT_EQ(look("\xEF\xBB\xBF[]"), TextLook::kJson);
  EXPECT_EQ(look("[section]\n"), TextLook::kPlain);
  EXPECT_EQ(look("[2026-11-22] begun\n"), TextLook::kPlain);
  EXPECT_EQ(look("{name}\n"), TextLook::kPlain);
  EXPECT_EQ(look("{\"a\": 1}\n{\"a\": 2}\n"), TextLook::kNdjson);
  EXPECT_EQ(look("{\"a\":\n{\"b\": 2}}\n"), TextLook::kJson);
  EXPECT_EQ(look("<a/>"), TextLook::kMarkup);
  EXPECT_EQ(look("< 5\n"), TextLook::kPlain);
  EXPECT_EQ(look("\xFF\xFE"
                 "a\0"s),
            TextLook::kUtf16);
  EXPECT_EQ(look("a\0b"s), TextLook::kBinary);
  EXPECT_EQ(look("caf\xE9!"), TextLook::kBinary);
  EXPECT_EQ(look("caf\xC3", false), TextLook::kPlain);  // the rest of the character comes
  EXPECT_EQ(look("caf\xC3", true), TextLook::kBinary);
}

struct Asked {
  std::string_view head, name, declared, type;
  bool differs = false;
  bool declared_differs = false;
};

TEST(DetectType, FollowsItsOrder) {
  const std::string_view png = "\x89PNG\r\n\x1A\n";
  const std::string_view zip = "PK\3\4\0\0\0\0"sv;
  const std::string_view ole = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
  for (const Asked& one : std::vector<Asked>{
           {"a,b\n", "a.csv", "", "text/csv"},
           {"a,b\n", "a.csv", "text/plain", "text/csv"},
           {"a,b\n", "a.csv", "application/json", "text/csv", false, true},
           {"a,b\n", "a.csv", "binary/octet-stream", "text/csv"},
           {"a,b\n", "a", "text/csv", "text/csv"},
           {"a,b\n", "a", "", "text/plain"},
           {"a,b\n", "a.dat", "text/csv; charset=utf-8", "text/csv"},
           {"a,b\n", "a.txt", "text/csv", "text/plain", false, true},
           {"{\"a\":1}", "a", "text/plain", "application/json"},
           {png, "a.png", "image/png", "image/png"},
           {png, "a.csv", "", "image/png", true},
           {png, "a.PNG", "image/jpeg", "image/png", false, true},
           {png, "a", "", "image/png"},
           {zip, "a.docx", "application/zip",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
           {zip, "a.jar", "", "application/java-archive"},
           {zip, "a.pdf", "", "application/zip", true},
           {ole, "a.xls", "", "application/vnd.ms-excel"},
           {ole, "a.msi", "", "application/x-msi"},
           {ole, "a.csv", "", "application/x-ole-storage", true},
           {"words", "a.docx", "", "text/plain", true},
           {"words", "a.doc", "", "none"},
           {"<?xml version='1.0'?>", "a.svg", "", "image/svg+xml"},
           {"<?xml version='1.0'?>", "a.txt", "", "text/plain"},
           {"<?xml version='1.0'?>", "a.csv", "", "application/xml", true},
           {"<html>", "a.json", "", "text/html", true},
           {"words", "a.xml", "", "text/plain", true},
           {"#!/bin/sh\n", "a.py", "", "text/x-python"},
           {"#!/bin/sh\n", "a.txt", "", "text/x-shellscript"},
           {"\1\2\3\xFF", "a.png", "", "none", true},
           {"\1\2\3\xFF", "a.mp3", "", "none"},
           {"\1\2\3\xFF", "a.csv", "", "text/csv"},
           {"\1\2\3\xFF", "a", "application/json", "application/json"},
           {"\1\2\3\xFF", "a", "", "none"},
           {"\x1F\x8B\x08", "a.csv.gz", "text/csv", "application/gzip"},
       }) {
    TypeQuestion question;
    question.head = one.head;
    question.whole = true;
    question.name = one.name;
    question.declared = one.declared;
    const TypeAnswer answer = detect_type(question);
    const std::string what = std::string(one.name) + " " + std::string(one.declared);
    EXPECT_EQ(media_of(answer.type), one.type) << what;
    EXPECT_EQ(answer.name == TypeAnswer::Name::kDiffers, one.differs) << what;
    EXPECT_EQ(answer.declared_differs, one.declared_differs) << what;
    EXPECT_TRUE(!one.differs || answer.expected != nullptr);
  }
}

TEST(DetectType, AsksTheContractLast) {
  const std::vector<std::string> one{"text/csv", "image/png"};
  const std::vector<std::string> two{"text/csv", "application/json"};
  TypeQuestion question;
  question.head = "a,b\n";
  question.whole = true;
  question.name = "a";
  question.allowed = &one;
  EXPECT_EQ(media_of(detect_type(question).type), "text/csv");
  question.allowed = &two;
  EXPECT_EQ(media_of(detect_type(question).type), "text/plain");
  question.stated = "application/json";
  EXPECT_EQ(media_of(detect_type(question).type), "application/json");
}

}  // namespace
}  // namespace scalper
