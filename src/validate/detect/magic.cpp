#include "validate/detect/magic.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace scalper {
namespace {

using namespace std::literals;

struct Mark {
  std::size_t offset;
  std::string_view bytes;
  std::string_view media;
  std::size_t second_offset = 0;  // a second part of the mark, where the first alone is too weak
  std::string_view second = {};
};

// Sources: the formats' own specifications; IANA's media type registrations.
constexpr auto kMarks = std::to_array<Mark>({
    {0, "\x89PNG\r\n\x1A\n"sv, "image/png"},
    {0, "\xFF\xD8\xFF"sv, "image/jpeg"},
    {0, "GIF87a"sv, "image/gif"},
    {0, "GIF89a"sv, "image/gif"},
    {0, "II*\0"sv, "image/tiff"},
    {0, "MM\0*"sv, "image/tiff"},
    {0, "II+\0"sv, "image/tiff"},
    {0, "MM\0+"sv, "image/tiff"},
    {0, "BM"sv, "image/bmp", 6, "\0\0\0\0"sv},
    {0, "RIFF"sv, "image/webp", 8, "WEBP"sv},
    {0, "RIFF"sv, "audio/wav", 8, "WAVE"sv},
    {0, "RIFF"sv, "video/x-msvideo", 8, "AVI "sv},
    {0, "\0\0\1\0"sv, "image/vnd.microsoft.icon", 5, "\0"sv},
    {0, "8BPS\0"sv, "image/vnd.adobe.photoshop"},
    {4, "ftypavif"sv, "image/avif"},
    {4, "ftypheic"sv, "image/heic"},
    {4, "ftypmif1"sv, "image/heic"},
    {4, "ftypM4A "sv, "audio/mp4"},
    {4, "ftypqt  "sv, "video/quicktime"},
    {4, "ftyp"sv, "video/mp4"},
    {0, "\x1A\x45\xDF\xA3"sv, "video/matroska"},
    {0, "OggS\0"sv, "application/ogg"},
    {0, "fLaC\0"sv, "audio/flac"},
    {0, "ID3\2"sv, "audio/mpeg"},
    {0, "ID3\3"sv, "audio/mpeg"},
    {0, "ID3\4"sv, "audio/mpeg"},
    {0, "MThd\0\0\0\6"sv, "audio/midi"},
    {0, "%PDF-"sv, "application/pdf"},
    {0, "%!PS-Adobe"sv, "application/postscript"},
    {0, "{\\rtf"sv, "application/rtf"},
    {0, "\x1F\x8B"sv, "application/gzip"},
    {0, "BZh"sv, "application/x-bzip2", 4, "1AY&SY"sv},
    {0, "BZh"sv, "application/x-bzip2", 4, "\x17rE8P\x90"sv},
    {0, "\xFD\x37zXZ\0"sv, "application/x-xz"},
    {0, "\x28\xB5\x2F\xFD"sv, "application/zstd"},
    {0, "\x04\x22\x4D\x18"sv, "application/x-lz4"},
    {0, "\x02\x21\x4C\x18"sv, "application/x-lz4"},
    {0, "\x1F\x9D"sv, "application/x-compress"},
    {0, "PK\3\4"sv, "application/zip"},
    {0, "PK\5\6"sv, "application/zip"},
    {0, "PK\7\x08"sv, "application/zip"},
    {257, "ustar\0"sv, "application/x-tar"},
    {257, "ustar  \0"sv, "application/x-tar"},
    {0, "7z\xBC\xAF\x27\x1C"sv, "application/x-7z-compressed"},
    {0, "Rar!\x1A\x07"sv, "application/vnd.rar"},
    {0, "MSCF\0\0\0\0"sv, "application/vnd.ms-cab-compressed"},
    {0, "070701"sv, "application/x-cpio"},
    {0, "070702"sv, "application/x-cpio"},
    {0, "070707"sv, "application/x-cpio"},
    {0, "!<arch>\ndebian"sv, "application/vnd.debian.binary-package"},
    {0, "!<arch>\n"sv, "application/x-archive"},
    {0, "\xED\xAB\xEE\xDB"sv, "application/x-rpm"},
    {0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, "application/x-ole-storage"},
    {0, "SQLite format 3\0"sv, "application/vnd.sqlite3"},
    {0, "PAR1"sv, "application/vnd.apache.parquet"},
    {0, "PARE"sv, "application/vnd.apache.parquet"},
    {0, "Obj\1"sv, "application/vnd.apache.avro"},
    {0, "ORC"sv, "application/vnd.apache.orc"},
    {0, "ARROW1\0\0"sv, "application/vnd.apache.arrow.file"},
    {0, "\x89HDF\r\n\x1A\n"sv, "application/x-hdf5"},
    {128, "DICM"sv, "application/dicom"},
    {0, "\xD4\xC3\xB2\xA1\2\0\4\0"sv, "application/vnd.tcpdump.pcap"},
    {0, "\xA1\xB2\xC3\xD4\0\2\0\4"sv, "application/vnd.tcpdump.pcap"},
    {0, "\x0A\x0D\x0D\x0A"sv, "application/vnd.tcpdump.pcap", 8, "\x4D\x3C\x2B\x1A"sv},
    {0, "wOFF"sv, "font/woff"},
    {0, "wOF2"sv, "font/woff2"},
    {0, "\0\1\0\0\0"sv, "font/ttf"},
    {0, "OTTO\0"sv, "font/otf"},
    {0,
     "\x7F"
     "ELF"sv,
     "application/x-elf"},
    {0, "\xFE\xED\xFA\xCE"sv, "application/x-mach-binary"},
    {0, "\xFE\xED\xFA\xCF"sv, "application/x-mach-binary"},
    {0, "\xCE\xFA\xED\xFE"sv, "application/x-mach-binary"},
    {0, "\xCF\xFA\xED\xFE"sv, "application/x-mach-binary"},
    {0, "\0asm"sv, "application/wasm"},
    {0, "dex\n"sv, "application/vnd.android.dex", 7, "\0"sv},
    {0, "\x4C\0\0\0\x01\x14\x02\0"sv, "application/x-ms-shortcut"},
    {0, "\0\0\0\x0CjP  \r\n\x87\n"sv, "image/jp2"},
    {0, "\0\0\0\x0CJXL \r\n\x87\n"sv, "image/jxl"},
    {0, "II\xBC\1"sv, "image/jxr"},
    {0, "\xABKTX 20\xBB\r\n\x1A\n"sv, "image/ktx2"},
    {0, "AT&TFORM"sv, "image/vnd.djvu", 12, "DJV"sv},
    {0, "\1\0\0\0"sv, "image/emf", 40, " EMF"sv},
    {0, "\xD7\xCD\xC6\x9A\0\0"sv, "image/wmf"},
    {0, "SIMPLE  =                    T"sv, "image/fits"},
    {0, "gimp xcf "sv, "image/x-xcf"},
    {0, "icns\0"sv, "image/icns"},
    {0, "FORM"sv, "audio/aiff", 8, "AIF"sv},
    {0, "#!AMR\n"sv, "audio/amr"},
    {0, ".snd\0\0\0"sv, "audio/basic"},
    {0, "\0\0\1\xBA"sv, "video/mpeg"},
    {0, "\0\0\1\xB3"sv, "video/mpeg"},
    {0, "FLV\1"sv, "video/x-flv"},
    {0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9\0\xAA\0\x62\xCE\x6C"sv, "application/vnd.ms-asf"},
    {4, "ftyp3gp"sv, "video/3gpp"},
    {0, "ttcf\0"sv, "font/collection"},
    {0, "WEBVTT\n"sv, "text/vtt"},
    {0, "WEBVTT\r"sv, "text/vtt"},
    {0, "WEBVTT "sv, "text/vtt"},
    {0, "ISO-10303-21;"sv, "model/step"},
    {0, "-----BEGIN PGP MESSAGE-----"sv, "application/pgp-encrypted"},
    {0, "-----BEGIN PGP SIGNATURE-----"sv, "application/pgp-signature"},
    {0, "-----BEGIN PGP PUBLIC KEY BLOCK-----"sv, "application/pgp-keys"},
    {0, "-----BEGIN PGP PRIVATE KEY BLOCK-----"sv, "application/pgp-keys"},
    {0, "LZIP\1"sv, "application/lzip"},
    {2, "-lh"sv, "application/x-lzh-compressed", 6, "-"sv},
    {7, "**ACE**"sv, "application/x-ace-compressed"},
    {0, "xar!\0"sv, "application/x-xar"},
    {0, "MSWIM\0\0\0"sv, "application/x-ms-wim"},
    {0, "\xFF\6\0\0sNaPpY"sv, "application/x-snappy-framed"},
    {0, "CDF\1"sv, "application/netcdf"},
    {0, "CDF\2"sv, "application/netcdf"},
    {0, "CDF\5"sv, "application/netcdf"},
    {0, "MATLAB 5.0 MAT-file"sv, "application/x-matlab-data"},
    {0, "$FL2@(#)"sv, "application/x-spss-sav"},
    {0, "<stata_dta>"sv, "application/x-stata-dta"},
    {0, "\0\0\x27\x0A\0\0\0\0"sv, "application/vnd.shp"},
    {0, "\0\1\0\0Standard "sv, "application/x-msaccess", 16, " DB\0"sv},
    {0, "\xD9\xD9\xF7"sv, "application/cbor"},
    {0, "\0\5\x16\7\0\2\0\0"sv, "application/applefile"},
    {0, "\x78\x9F\x3E\x22"sv, "application/vnd.ms-tnef"},
    {0, "!BDN"sv, "application/vnd.ms-pst", 8, "SM"sv},
    {36, "acsp"sv, "application/vnd.iccprofile", 0, "\0"sv},
    {0, "d8:announce"sv, "application/x-bittorrent"},
    {0, "AC10"sv, "image/vnd.dwg", 6, "\0"sv},
    {0, "glTF\2\0\0\0"sv, "model/gltf-binary"},
    {0, "FWS"sv, "application/vnd.adobe.flash.movie", 7, "\0"sv},
    {0, "CWS"sv, "application/vnd.adobe.flash.movie", 8, "\x78"sv},
    {0, "ITSF\3\0\0\0"sv, "application/vnd.ms-htmlhelp"},
    {0, "\x1E{"sv, "application/json-seq"},
    {0, "\x1E["sv, "application/json-seq"},
    {0, "<?php"sv, "text/x-php"},
    {0, "<?xml"sv, "application/xml"},
});

bool stands(std::string_view head, std::size_t offset, std::string_view bytes) {
  return head.size() >= offset + bytes.size() && head.substr(offset, bytes.size()) == bytes;
}

unsigned byte_at(std::string_view head, std::size_t at) { return static_cast<unsigned char>(head[at]); }

// Bytes that no text has: what turns a mark that a text may begin with as well into one that counts.
bool has_low_byte(std::string_view head) {
  return std::any_of(head.begin(), head.end(), [](char c) { return c >= 0 && c < '\t'; });
}

bool is_weak(const Mark& mark) {
  return mark.offset == 0 && mark.bytes.size() <= 6 && mark.second.empty() &&
         std::all_of(mark.bytes.begin(), mark.bytes.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

// A tar header without "ustar" (before POSIX): the sum of its bytes, its own field taken as blanks, stands in it.
bool is_old_tar(std::string_view head) {
  constexpr std::size_t kHeader = 512;
  constexpr std::size_t kSumAt = 148;
  constexpr std::size_t kSumSize = 8;
  if (head.size() < kHeader || head[0] == '\0') return false;
  unsigned sum = 0;
  for (std::size_t i = 0; i < kHeader; ++i)
    sum += i >= kSumAt && i < kSumAt + kSumSize ? unsigned{' '} : byte_at(head, i);
  unsigned stated = 0;
  std::size_t digits = 0;
  for (const char c : head.substr(kSumAt, kSumSize)) {
    if (c >= '0' && c <= '7') {
      stated = stated * 8 + static_cast<unsigned>(c - '0');
      ++digits;
    } else if (digits > 0 || c != ' ') {
      break;
    }
  }
  return digits > 0 && sum == stated;
}

// Zstandard and LZ4 may begin with frames that are skipped; 0x184D2A50 to 5F, little endian.
bool is_skippable_frame(std::string_view head) {
  return stands(head, 1, "\x2A\x4D\x18"sv) && (byte_at(head, 0) & 0xF0U) == 0x50;
}

// The DOS program that each Windows program begins with, or one without any Windows part: both run somewhere.
bool is_windows_program(std::string_view head) { return head.starts_with("MZ") && has_low_byte(head); }

// CAFEBABE is both: a class has its version (45 and above) where a fat Mach-O has a small number of architectures.
std::optional<std::string_view> class_or_mach(std::string_view head) {
  if (!stands(head, 0, "\xCA\xFE\xBA\xBE"sv) || head.size() < 8) return std::nullopt;
  const unsigned number = byte_at(head, 6) << 8U | byte_at(head, 7);
  const bool mach = byte_at(head, 4) == 0 && byte_at(head, 5) == 0 && number < 45;
  return mach ? "application/x-mach-binary"sv : "application/java-vm"sv;
}

std::string_view interpreter_type(std::string_view line) {
  const auto names = [&](std::string_view word) { return line.find(word) != std::string_view::npos; };
  if (names("python")) return "text/x-python";
  if (names("perl")) return "text/x-perl";
  if (names("ruby")) return "text/x-ruby";
  if (names("php")) return "text/x-php";
  if (names("node")) return "text/javascript";
  return "text/x-shellscript";
}

// "#!", blanks, an absolute path.
std::optional<std::string_view> script(std::string_view head) {
  if (!head.starts_with("#!")) return std::nullopt;
  const std::string_view line = head.substr(2, head.find('\n') - 2);
  const std::size_t path = line.find_first_not_of(" \t");
  if (path == std::string_view::npos || line[path] != '/') return std::nullopt;
  return interpreter_type(line);
}

bool begins_with_word(std::string_view text, std::string_view lower_word) {
  if (text.size() < lower_word.size()) return false;
  return std::equal(lower_word.begin(), lower_word.end(), text.begin(), [](char want, char c) {
    return want == (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  });
}

// As browsers do (WHATWG MIME Sniffing, 7.1), of the marks that only pages have.
bool is_page(std::string_view text) {
  return begins_with_word(text, "<!doctype html") || begins_with_word(text, "<html") ||
         begins_with_word(text, "<head>") || begins_with_word(text, "<body");
}

std::optional<std::string_view> textual(std::string_view head) {
  if (const auto found = script(head)) return found;
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  if (head.starts_with("<?xml")) return "application/xml"sv;
  const std::size_t begin = head.find_first_not_of(" \t\r\n");
  if (begin != std::string_view::npos && is_page(head.substr(begin))) return "text/html"sv;
  return std::nullopt;
}

}  // namespace

const ContentType* type_by_mark(std::string_view head) {
  const Mark* best = nullptr;
  for (const Mark& mark : kMarks) {
    if (!stands(head, mark.offset, mark.bytes) || (is_weak(mark) && !has_low_byte(head))) continue;
    if (!mark.second.empty() && !stands(head, mark.second_offset, mark.second)) continue;
    const auto weight = [](const Mark& m) { return m.bytes.size() + m.second.size(); };
    if (best == nullptr || weight(mark) > weight(*best)) best = &mark;
  }
  if (best != nullptr) return find_content_type(best->media);
  if (const auto found = class_or_mach(head)) return find_content_type(*found);
  if (is_skippable_frame(head)) return find_content_type("application/zstd");
  if (is_windows_program(head)) return find_content_type("application/vnd.microsoft.portable-executable");
  if (const auto found = textual(head)) return find_content_type(*found);
  if (is_old_tar(head)) return find_content_type("application/x-tar");
  return nullptr;
}

const ContentType* second_type_by_mark(std::string_view head, const ContentType& type) {
  constexpr std::size_t kFar = 128;
  constexpr std::size_t kStrong = 4;  // bytes
  const ContentType* near = nullptr;
  const ContentType* far = nullptr;
  for (const Mark& mark : kMarks) {
    if (!stands(head, mark.offset, mark.bytes) || (is_weak(mark) && !has_low_byte(head))) continue;
    if (!mark.second.empty() && !stands(head, mark.second_offset, mark.second)) continue;
    if (mark.bytes.size() + mark.second.size() < kStrong) continue;
    if (mark.offset == 0) near = find_content_type(mark.media);
    if (mark.offset >= kFar) far = find_content_type(mark.media);
  }
  if (far == nullptr) return nullptr;
  if (near == nullptr && is_windows_program(head))
    near = find_content_type("application/vnd.microsoft.portable-executable");
  if (near == nullptr || near == far) return nullptr;
  return &type == far ? near : far;
}

}  // namespace scalper
