#include "validate/detect/types.h"

#include <algorithm>
#include <array>

namespace scalper {
namespace {

constexpr auto kText = Family::kText;
constexpr auto kMarkup = Family::kMarkup;
constexpr auto kScript = Family::kScript;
constexpr auto kZip = Family::kZip;
constexpr auto kOle = Family::kOle;
constexpr auto kBinary = Family::kBinary;
constexpr bool kMarked = true;
constexpr bool kRuns = true;

// Where content alone cannot tell two types of one family apart, the name does.
constexpr auto kTypes = std::to_array<ContentType>({
    // Text
    {"text/plain", "plain text", "txt text log asc ini conf cfg properties", kText, Check::kText},
    {"text/markdown", "Markdown text", "md markdown", kText, Check::kText},
    {"text/csv", "a CSV table", "csv", kText, Check::kCsv, false, false, "application/csv text/x-csv"},
    {"text/tab-separated-values", "a table with tabs", "tsv tab", kText, Check::kCsv},
    {"application/json", "a JSON document", "json", kText, Check::kJson, false, false, "text/json"},
    {"application/ld+json", "linked data in JSON", "jsonld", kText, Check::kJson},
    {"application/geo+json", "places in JSON", "geojson", kText, Check::kJson},
    {"application/manifest+json", "a web manifest", "webmanifest", kText, Check::kJson},
    {"application/har+json", "an archive of requests", "har", kText, Check::kJson},
    {"application/x-ndjson", "JSON lines", "ndjson jsonl", kText, Check::kNdjson, false, false,
     "application/ndjson application/jsonl application/jsonlines application/x-jsonlines text/x-ndjson"},
    {"application/json-seq", "a sequence of JSON texts", "json-seq jsonseq", kText, Check::kJsonSeq},
    {"application/geo+json-seq", "a sequence of places in JSON", "geojsons geojsonseq", kText, Check::kJsonSeq},
    {"application/yaml", "a YAML document", "yaml yml", kText, Check::kYaml, false, false,
     "application/x-yaml text/yaml text/x-yaml"},
    {"application/toml", "a TOML document", "toml", kText, Check::kToml},
    {"application/sql", "SQL statements", "sql", kText, Check::kNone, false, false, "text/x-sql"},
    {"text/css", "a style sheet", "css", kText},
    {"text/calendar", "a calendar", "ics", kText},
    {"text/vcard", "a business card", "vcf", kText},
    {"text/vtt", "subtitles", "vtt", kText, Check::kNone, kMarked},
    {"application/x-subrip", "subtitles of SubRip", "srt", kText},
    {"application/edifact", "an EDIFACT message", "edi edifact", kText},
    {"application/edi-x12", "an X12 message", "x12", kText},
    {"model/step", "a STEP model", "stp step p21", kText},
    {"application/pgp-encrypted", "an OpenPGP message", "pgp gpg", kBinary},
    {"application/pgp-signature", "an OpenPGP signature", "sig", kText},
    {"application/pgp-keys", "OpenPGP keys", "", kText},
    {"message/rfc822", "a mail", "eml", kText},
    {"application/x-pem-file", "PEM text", "pem crt key", kText},
    {"application/rtf", "an RTF document", "rtf", kText, Check::kNone, kMarked, false, "text/rtf"},
    {"application/postscript", "a PostScript program", "ps eps", kText, Check::kNone, false, false},
    // Markup
    {"application/xml", "an XML document", "xml xsd xsl xslt", kMarkup, Check::kXml, false, false, "text/xml"},
    {"text/html", "an HTML page", "html htm", kMarkup},
    {"application/xhtml+xml", "an XHTML page", "xhtml", kMarkup, Check::kXml},
    {"image/svg+xml", "an SVG image", "svg", kMarkup, Check::kXml},
    {"application/rss+xml", "an RSS feed", "rss", kMarkup, Check::kXml},
    {"application/atom+xml", "an Atom feed", "atom", kMarkup, Check::kXml},
    {"application/vnd.google-earth.kml+xml", "KML places", "kml", kMarkup, Check::kXml},
    {"application/gpx+xml", "a GPX track", "gpx", kMarkup, Check::kXml},
    // Scripts
    {"text/x-shellscript", "a shell script", "sh bash zsh ksh", kScript, Check::kNone, false, kRuns,
     "application/x-sh application/x-shellscript"},
    {"text/x-python", "a Python script", "py", kScript, Check::kNone, false, kRuns},
    {"text/x-perl", "a Perl script", "pl", kScript, Check::kNone, false, kRuns},
    {"text/x-ruby", "a Ruby script", "rb", kScript, Check::kNone, false, kRuns},
    {"text/x-php", "a PHP script", "php", kScript, Check::kNone, false, kRuns, "application/x-httpd-php"},
    {"text/javascript", "a JavaScript program", "js mjs jse", kScript, Check::kNone, false, kRuns,
     "application/javascript"},
    {"text/x-powershell", "a PowerShell script", "ps1 psm1", kScript, Check::kNone, false, kRuns},
    {"application/x-bat", "a batch file", "bat cmd", kScript, Check::kNone, false, kRuns},
    {"text/vbscript", "a Visual Basic script", "vbs vbe", kScript, Check::kNone, false, kRuns},
    // What a desktop or a server runs or follows when it is opened
    {"application/hta", "an HTML application", "hta", kMarkup, Check::kNone, false, kRuns},
    {"text/x-windows-script", "a Windows script", "wsf sct wsc", kMarkup, Check::kNone, false, kRuns},
    {"text/x-server-page", "a page that servers run", "asp aspx jsp jspx cfm", kText, Check::kNone, false, kRuns},
    {"application/x-mswinurl", "an Internet shortcut", "url", kText, Check::kNone, false, kRuns},
    {"application/x-desktop", "a desktop entry", "desktop", kText, Check::kNone, false, kRuns},
    {"text/x-ms-regedit", "entries of the registry", "reg", kText, Check::kNone, false, kRuns},
    {"text/x-ms-inf", "setup commands", "inf scf wsh", kText, Check::kNone, false, kRuns},
    {"text/x-ms-iqy", "a web query of Excel", "iqy", kText, Check::kNone, false, kRuns},
    {"text/x-sylk", "a SYLK table", "slk sylk", kText},
    // Compressions and archives
    {"application/gzip", "a gzip file", "gz tgz", kBinary, Check::kGzip, kMarked, false,
     "application/x-gzip application/x-tgz"},
    {"application/x-bzip2", "a bzip2 file", "bz2 tbz2 tbz", kBinary, Check::kBzip2, kMarked, false,
     "application/bzip2"},
    {"application/x-xz", "an xz file", "xz txz", kBinary, Check::kXz, kMarked},
    {"application/zstd", "a Zstandard file", "zst tzst", kBinary, Check::kZstd, kMarked},
    {"application/x-lz4", "an LZ4 file", "lz4", kBinary, Check::kLz4, kMarked},
    {"application/x-compress", "a file of compress", "z", kBinary, Check::kNone, kMarked},
    {"application/zip", "a zip archive", "zip", kZip, Check::kZip, kMarked, false, "application/x-zip-compressed"},
    {"application/x-tar", "a tar archive", "tar", kBinary, Check::kTar, false},
    {"application/x-7z-compressed", "a 7z archive", "7z", kBinary, Check::kNone, kMarked},
    {"application/vnd.rar", "a RAR archive", "rar", kBinary, Check::kNone, kMarked, false,
     "application/x-rar-compressed"},
    {"application/vnd.ms-cab-compressed", "a cabinet", "cab", kBinary, Check::kNone, kMarked},
    {"application/x-cpio", "a cpio archive", "cpio", kBinary},
    {"application/x-archive", "an ar archive", "a ar", kBinary, Check::kNone, kMarked},
    {"application/vnd.debian.binary-package", "a Debian package", "deb", kBinary, Check::kNone, kMarked},
    {"application/x-rpm", "an RPM package", "rpm", kBinary, Check::kNone, kMarked},
    {"application/lzip", "an lzip file", "lz", kBinary, Check::kNone, kMarked, false, "application/x-lzip"},
    {"application/x-lzh-compressed", "an LHA archive", "lzh lha", kBinary, Check::kNone, kMarked},
    {"application/x-ace-compressed", "an ACE archive", "ace", kBinary, Check::kNone, kMarked},
    {"application/x-xar", "a XAR archive", "xar pkg", kBinary, Check::kNone, kMarked},
    {"application/x-ms-wim", "a Windows image", "wim", kBinary, Check::kNone, kMarked},
    {"application/x-snappy-framed", "a Snappy file", "sz", kBinary, Check::kNone, kMarked},
    // Zip inside
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a Word document", "docx", kZip,
     Check::kZip, kMarked},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "an Excel workbook", "xlsx", kZip,
     Check::kZip, kMarked},
    {"application/vnd.openxmlformats-officedocument.presentationml.presentation", "a PowerPoint presentation", "pptx",
     kZip, Check::kZip, kMarked},
    {"application/vnd.oasis.opendocument.text", "an OpenDocument text", "odt", kZip, Check::kZip, kMarked},
    {"application/vnd.oasis.opendocument.spreadsheet", "an OpenDocument table", "ods", kZip, Check::kZip, kMarked},
    {"application/epub+zip", "an EPUB book", "epub", kZip, Check::kZip, kMarked},
    {"application/java-archive", "a Java archive", "jar war", kZip, Check::kZip, kMarked, kRuns},
    {"application/vnd.android.package-archive", "an Android package", "apk", kZip, Check::kZip, kMarked, kRuns},
    // Compound files
    {"application/x-ole-storage", "a compound file", "ole", kOle, Check::kNone, kMarked},
    {"application/msword", "an old Word document", "doc", kOle},
    {"application/vnd.ms-excel", "an old Excel workbook", "xls", kOle},
    {"application/vnd.ms-powerpoint", "an old PowerPoint presentation", "ppt", kOle},
    {"application/x-msi", "a Windows installer", "msi", kOle, Check::kNone, kMarked, kRuns},
    {"application/vnd.ms-outlook", "an Outlook message", "msg", kOle},
    // Documents and tables
    {"application/pdf", "a PDF document", "pdf", kBinary, Check::kPdf, kMarked},
    {"application/vnd.sqlite3", "an SQLite database", "sqlite sqlite3 db", kBinary, Check::kNone, false, false,
     "application/x-sqlite3"},
    {"application/vnd.apache.parquet", "a Parquet table", "parquet", kBinary, Check::kParquet, kMarked},
    {"application/vnd.apache.avro", "an Avro file", "avro", kBinary, Check::kNone, kMarked},
    {"application/vnd.apache.orc", "an ORC table", "orc", kBinary, Check::kNone, kMarked},
    {"application/vnd.apache.arrow.file", "an Arrow file", "arrow feather", kBinary},
    {"application/x-hdf5", "an HDF5 file", "h5 hdf5", kBinary},
    {"application/dicom", "a DICOM image", "dcm", kBinary},
    {"application/vnd.tcpdump.pcap", "a packet capture", "pcap pcapng", kBinary},
    {"application/netcdf", "a NetCDF file", "nc cdf", kBinary, Check::kNone, false, false, "application/x-netcdf"},
    {"application/x-matlab-data", "a MATLAB file", "mat", kBinary},
    {"application/x-spss-sav", "an SPSS table", "sav", kBinary, Check::kNone, kMarked},
    {"application/x-stata-dta", "a Stata table", "dta", kBinary},
    {"application/vnd.shp", "shapes of a map", "shp shx", kBinary, Check::kNone, kMarked},
    {"application/vnd.dbf", "a dBASE table", "dbf", kBinary},
    {"application/x-msaccess", "an Access database", "mdb accdb", kBinary, Check::kNone, kMarked},
    {"application/cbor", "CBOR data", "cbor", kBinary},
    {"application/applefile", "what macOS keeps beside a file", "", kBinary, Check::kNone, kMarked},
    {"application/vnd.ms-tnef", "an attachment of Outlook", "", kBinary, Check::kNone, kMarked},
    {"application/vnd.ms-pst", "a mailbox of Outlook", "pst ost", kBinary, Check::kNone, kMarked},
    {"application/vnd.iccprofile", "a colour profile", "icc icm", kBinary, Check::kNone, kMarked},
    {"application/x-bittorrent", "a torrent", "torrent", kBinary, Check::kNone, kMarked},
    {"image/vnd.dwg", "an AutoCAD drawing", "dwg", kBinary, Check::kNone, kMarked},
    {"model/gltf-binary", "a glTF model", "glb", kBinary, Check::kNone, kMarked},
    // Images
    {"image/png", "a PNG image", "png", kBinary, Check::kPng, kMarked},
    {"image/jpeg", "a JPEG image", "jpg jpeg", kBinary, Check::kJpeg, kMarked},
    {"image/gif", "a GIF image", "gif", kBinary, Check::kGif, kMarked},
    {"image/tiff", "a TIFF image", "tif tiff", kBinary, Check::kNone, kMarked},
    {"image/bmp", "a bitmap", "bmp", kBinary, Check::kNone, kMarked},
    {"image/webp", "a WebP image", "webp", kBinary, Check::kWebp, kMarked},
    {"image/vnd.microsoft.icon", "an icon", "ico", kBinary, Check::kNone, kMarked, false, "image/x-icon"},
    {"image/vnd.adobe.photoshop", "a Photoshop image", "psd", kBinary, Check::kNone, kMarked},
    {"image/avif", "an AVIF image", "avif", kBinary},
    {"image/heic", "a HEIC image", "heic heif", kBinary},
    {"image/jp2", "a JPEG 2000 image", "jp2 jpx", kBinary, Check::kNone, kMarked},
    {"image/jxl", "a JPEG XL image", "jxl", kBinary},
    {"image/jxr", "a JPEG XR image", "jxr wdp", kBinary, Check::kNone, kMarked, false, "image/vnd.ms-photo"},
    {"image/ktx2", "a KTX image", "ktx2", kBinary, Check::kNone, kMarked},
    {"image/vnd.djvu", "a DjVu document", "djvu djv", kBinary, Check::kNone, kMarked},
    {"image/emf", "a Windows metafile", "emf", kBinary, Check::kNone, kMarked},
    {"image/wmf", "an old Windows metafile", "wmf", kBinary},
    {"image/fits", "a FITS image", "fits fit", kBinary, Check::kNone, kMarked, false, "application/fits"},
    {"image/x-xcf", "a GIMP image", "xcf", kBinary, Check::kNone, kMarked},
    {"image/icns", "icons of macOS", "icns", kBinary, Check::kNone, kMarked, false, "image/x-icns"},
    // Sound and film
    {"video/mp4", "an MP4 film", "mp4 m4v", kBinary, Check::kNone, false, false, "application/mp4"},
    {"audio/mp4", "MP4 sound", "m4a", kBinary},
    {"video/quicktime", "a QuickTime film", "mov", kBinary},
    {"video/matroska", "a Matroska film", "mkv webm", kBinary, Check::kNone, kMarked, false,
     "video/x-matroska video/webm"},
    {"video/x-msvideo", "an AVI film", "avi", kBinary, Check::kNone, kMarked},
    {"audio/wav", "WAV sound", "wav", kBinary, Check::kNone, kMarked, false, "audio/x-wav audio/vnd.wave"},
    {"application/ogg", "an Ogg stream", "ogg oga ogv opus", kBinary, Check::kNone, kMarked, false,
     "audio/ogg video/ogg"},
    {"audio/flac", "FLAC sound", "flac", kBinary, Check::kNone, false},
    {"audio/mpeg", "MP3 sound", "mp3", kBinary},
    {"audio/midi", "MIDI music", "mid midi", kBinary, Check::kNone, kMarked},
    {"audio/aiff", "AIFF sound", "aif aiff aifc", kBinary, Check::kNone, kMarked, false, "audio/x-aiff"},
    {"audio/amr", "AMR sound", "amr", kBinary, Check::kNone, kMarked},
    {"audio/basic", "AU sound", "au snd", kBinary, Check::kNone, kMarked},
    {"video/mpeg", "an MPEG film", "mpg mpeg", kBinary},
    {"video/x-flv", "a Flash film", "flv", kBinary, Check::kNone, kMarked},
    {"application/vnd.ms-asf", "a Windows Media stream", "asf wmv wma", kBinary, Check::kNone, kMarked, false,
     "video/x-ms-asf video/x-ms-wmv audio/x-ms-wma"},
    {"video/3gpp", "a 3GPP film", "3gp", kBinary},
    // Fonts
    {"font/woff", "a WOFF font", "woff", kBinary, Check::kNone, kMarked},
    {"font/woff2", "a WOFF2 font", "woff2", kBinary, Check::kNone, kMarked},
    {"font/ttf", "a TrueType font", "ttf", kBinary},
    {"font/otf", "an OpenType font", "otf", kBinary, Check::kNone, kMarked},
    {"font/collection", "a font collection", "ttc otc", kBinary, Check::kNone, kMarked},
    // Programs
    {"application/x-elf", "an ELF program", "so o elf", kBinary, Check::kNone, false, kRuns,
     "application/x-executable application/x-sharedlib"},
    {"application/vnd.microsoft.portable-executable", "a Windows program", "exe dll sys scr com", kBinary, Check::kNone,
     false, kRuns, "application/x-msdownload application/x-dosexec"},
    {"application/x-mach-binary", "a macOS program", "dylib", kBinary, Check::kNone, kMarked, kRuns},
    {"application/java-vm", "a Java class", "class", kBinary, Check::kNone, kMarked, kRuns},
    {"application/wasm", "a WebAssembly program", "wasm", kBinary, Check::kNone, kMarked, kRuns},
    {"application/vnd.android.dex", "an Android program", "dex", kBinary, Check::kNone, kMarked, kRuns},
    {"application/x-ms-shortcut", "a Windows shortcut", "lnk", kBinary, Check::kNone, kMarked, kRuns},
    {"application/vnd.adobe.flash.movie", "a Flash program", "swf", kBinary, Check::kNone, false, kRuns,
     "application/x-shockwave-flash"},
    {"application/vnd.ms-htmlhelp", "a compiled help file", "chm", kBinary, Check::kNone, kMarked, kRuns},
});

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

// Whether `word` is one of the words between spaces.
bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

const ContentType* by_extension(std::string_view extension) {
  if (extension.empty()) return nullptr;
  const auto* const found = std::find_if(kTypes.begin(), kTypes.end(),
                                         [&](const ContentType& type) { return has_word(type.extensions, extension); });
  return found == kTypes.end() ? nullptr : found;
}

// Behind the last point, lower case. A name that begins with its only point has none.
std::string extension_of(std::string_view name) {
  const std::string_view segment = last_segment(name);
  const std::size_t point = segment.rfind('.');
  return point == std::string_view::npos || point == 0 ? std::string() : lowered(segment.substr(point + 1));
}

}  // namespace

std::span<const ContentType> all_content_types() { return kTypes; }

std::string plain_media_type(std::string_view media) {
  media = media.substr(0, media.find(';'));
  while (!media.empty() && (media.back() == ' ' || media.back() == '\t')) media.remove_suffix(1);
  while (!media.empty() && (media.front() == ' ' || media.front() == '\t')) media.remove_prefix(1);
  return lowered(media);
}

const ContentType* find_content_type(std::string_view media) {
  const std::string wanted = plain_media_type(media);
  if (wanted.empty() || wanted.find(' ') != std::string::npos) return nullptr;
  const auto* const found = std::find_if(kTypes.begin(), kTypes.end(), [&](const ContentType& type) {
    return type.media == wanted || has_word(type.aliases, wanted);
  });
  return found == kTypes.end() ? nullptr : found;
}

const ContentType* content_type_of_name(std::string_view name) { return by_extension(extension_of(name)); }

std::string_view last_segment(std::string_view name) {
  const std::size_t slash = name.find_last_of("/\\");
  return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

std::string name_inside_compression(std::string_view name) {
  const std::string_view segment = last_segment(name);
  const std::string extension = extension_of(segment);
  const std::string_view stem = segment.substr(0, segment.size() - extension.size());  // with the point
  if (has_word("tgz tbz2 tbz txz tzst", extension)) return std::string(stem) + "tar";
  if (has_word("gz bz2 xz zst lz4", extension)) return std::string(stem.substr(0, stem.size() - 1));
  return std::string(segment);
}

}  // namespace scalper
