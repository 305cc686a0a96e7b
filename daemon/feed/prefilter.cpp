// SPDX-License-Identifier: Apache-2.0
#include "feed/prefilter.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/byte_block.hpp"
#include "feed/ascii.hpp"
#include "feed/entities.hpp"
#include "feed/limits.hpp"
#include "feed/prolog.hpp"

namespace tocsin::feed {
namespace {

/// Which bytes of 16 the pass has to look at: C0 controls but white space, DEL, and 0xC2 in front
/// of what makes it a C1 control.
ByteBlock controls_in(ByteBlock here, ByteBlock next) {
  return ((here < 0x20) & (here != '\t') & (here != '\n') & (here != '\r')) | (here == 0x7F) |
         ((here == 0xC2) & (next >= 0x80) & (next <= 0x9F));
}

bool starts_name(char c) {
  return is_alpha(c) || c == '_' || c == ':' || static_cast<unsigned char>(c) >= 0x80;
}

std::string_view name_at(std::string_view text, std::size_t at) {
  constexpr std::size_t longest = 64;
  text = text.substr(at, longest);
  return text.substr(0, text.find_first_of(" \t\r\n/>"));
}

/// Where a CDATA section that nobody closed should have ended: at the end tag of the element that
/// it stands in, else at the end of the text.
std::size_t likely_end(std::string_view text, std::size_t section) {
  const std::size_t open = text.substr(0, section).rfind('<');
  if (open == std::string_view::npos) return text.size();
  const std::string_view name = name_at(text.substr(0, section), open + 1);
  if (name.empty() || !is_alpha(name.front())) return text.size();
  return std::min(text.find("</" + std::string{name}, section), text.size());
}

/// Where the next item ends; npos when none does.
std::size_t find_item_end(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find("</", from); at != text.npos; at = text.find("</", at + 1)) {
    const std::string_view name = name_at(text, at + 2);
    const std::string_view local = name.substr(name.rfind(':') + 1);
    if (equals_lower(local, "item") || equals_lower(local, "entry")) return at;
  }
  return std::string_view::npos;
}

/// The length of one of XML's own five references at the front of a text that starts with '&'; else
/// 0.
std::size_t predefined_length(std::string_view text) {
  const auto is = [text](std::string_view reference) {
    return text.starts_with(reference) ? reference.size() : 0;
  };
  switch (text.size() > 2 ? text[1] : '\0') {
    case 'l':
      return is("&lt;");
    case 'g':
      return is("&gt;");
    case 'q':
      return is("&quot;");
    case 'a':
      return text[2] == 'm' ? is("&amp;") : is("&apos;");
    default:
      return 0;
  }
}

class Prefilter {
 public:
  explicit Prefilter(std::string_view text) : text_{text} {}

  [[nodiscard]] Filtered run() {
    skip_leading();
    out_.text.reserve(text_.size() - at_ + 64);
    kept_ = at_;
    begin_ = at_;
    while (at_ < text_.size()) {
      at_ = find_marked(text_, at_, 'x', [](ByteBlock here, ByteBlock next) {
        return (here == '<') | (here == '&') | controls_in(here, next);
      });
      if (at_ == text_.size()) break;
      if (text_[at_] == '<') {
        take_angle();
      } else if (text_[at_] == '&') {
        take_reference();
      } else {
        take_control();
      }
    }
    keep();
    return std::move(out_);
  }

 private:
  void warn(std::string_view what) {
    out_.is_broken = true;
    note(what);
  }

  /// Of what is mended although XML allows it.
  void note(std::string_view what) {
    const auto found = std::find(out_.warnings.begin(), out_.warnings.end(), what);
    if (found == out_.warnings.end()) out_.warnings.emplace_back(what);
  }

  void skip_leading() {
    const std::string_view body = trimmed(text_);
    if (starts_as_feed(body)) {
      at_ = static_cast<std::size_t>(body.data() - text_.data());
      if (at_ > 0 && body.starts_with("<?xml ")) warn("white space before the XML declaration");
      return;
    }
    at_ = std::min(text_.find("<?xml"), find_root(text_, 0));
    if (at_ == std::string_view::npos) at_ = 0;
    if (at_ > 0) warn("text before the document dropped");
  }

  /// Writes what was passed since the last mending: what is clean is copied in one piece.
  void keep() {
    out_.text.append(text_, kept_, at_ - kept_);
    kept_ = at_;
  }

  /// Goes on at `end`, leaving out what stands before it.
  void drop_to(std::size_t end) {
    keep();
    at_ = end;
    kept_ = end;
  }

  /// Passes what stands before `end`, dropping controls: the inside of CDATA sections.
  void pass_opaque(std::size_t end) {
    while ((at_ = find_marked(text_.substr(0, end), at_, 'x', controls_in)) < end) take_control();
  }

  void take_angle() {
    if (is_in_tag()) warn("'<' inside a tag");
    tag_ = std::string_view::npos;
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    const char third = at_ + 2 < text_.size() ? text_[at_ + 2] : '\0';
    if (starts_name(next) || (next == '/' && starts_name(third))) {
      tag_ = at_++;
      return;
    }
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("<![CDATA[")) return take_section("]]>", 9);
    if (rest.starts_with("<!--")) return take_comment();
    if (next == '?') return take_instruction();
    if (starts_with_lower(rest.substr(0, 9), "<!doctype")) return take_doctype();
    warn("'<' in text escaped");
    drop_to(at_ + 1);
    out_.text += "&lt;";
  }

  /// True when no '>' stands behind the last tag's '<'. One inside a value counts as the tag's.
  [[nodiscard]] bool is_in_tag() const {
    return tag_ != std::string_view::npos &&
           text_.substr(tag_, at_ - tag_).find('>') == std::string_view::npos;
  }

  void take_instruction() {
    if (at_ > begin_ && name_at(text_, at_ + 2).substr(0, 4) == "xml") {
      warn("XML declaration that is not first");
    }
    take_section("?>", 2);
  }

  void take_section(std::string_view close, std::size_t skip) {
    const std::size_t end = next_close(close, at_ + skip);
    const bool is_open = end == std::string_view::npos;
    pass_opaque(is_open ? likely_end(text_, at_) : end + close.size());
    if (!is_open) return;
    warn("section left open");
    keep();
    out_.text += close;
  }

  /// Where one of the sections' ends stands; once there is none, it is not searched for again.
  std::size_t next_close(std::string_view close, std::size_t from) {
    bool& is_gone = close == "?>"    ? no_more_instructions_
                    : close == "-->" ? no_more_comments_
                                     : no_more_cdata_;
    const std::size_t end = is_gone ? std::string_view::npos : text_.find(close, from);
    is_gone = end == std::string_view::npos;
    return end;
  }

  /// Comments are no content; what is not copied cannot trouble the parser ("--" inside).
  void take_comment() {
    const std::size_t end = next_close("-->", at_ + 4);
    if (end != std::string_view::npos) {
      const std::string_view inside = text_.substr(at_ + 4, end - at_ - 4);
      if (inside.ends_with('-') || inside.find("--") != inside.npos) warn("'--' in a comment");
      return drop_to(end + 3);
    }
    warn("comment left open");
    // What an open comment holds is nobody's to guess; the items behind this one are not in it.
    if (next_item_end_ <= at_) next_item_end_ = std::min(find_item_end(text_, at_), text_.size());
    drop_to(next_item_end_);
  }

  /// Cut, with its internal subset's plain entities remembered. There is one at most.
  void take_doctype() {
    if (has_doctype_) return drop_to(std::min(text_.find('>', at_), text_.size() - 1) + 1);
    has_doctype_ = true;
    const Doctype doctype = read_doctype(text_, at_, entities_);
    if (doctype.is_open) warn("document type left open");
    drop_to(doctype.end);
  }

  void take_reference() {
    const std::string_view rest = text_.substr(at_);
    if (const std::size_t length = predefined_length(rest); length > 0) {
      at_ += length;
      return;
    }
    if (!entities_.empty() && take_declared(rest)) return;
    const Reference reference = read_reference(rest, Semicolon::required);
    if (reference.length == 0) {
      warn("bare '&' escaped");
      drop_to(at_ + 1);
      out_.text += "&amp;";
      return;
    }
    if (rest[1] != '#') warn("HTML entity replaced");
    if (rest[2] == 'X') warn("'&#X' for '&#x'");
    if (rest[reference.length - 1] != ';') warn("reference without a semicolon");
    if (reference.utf8.empty()) warn("reference to a control character dropped");
    drop_to(at_ + reference.length);
    append_escaped(reference.utf8);
  }

  bool take_declared(std::string_view rest) {
    constexpr std::size_t longest_name = 64;
    const std::size_t end = rest.substr(0, longest_name).find(';');
    if (end == std::string_view::npos) return false;
    const auto found = entities_.find(rest.substr(1, end - 1));
    if (found == entities_.end()) return false;
    keep();
    if (out_.text.size() + found->second.size() > text_.size() + longest_growth) return false;
    drop_to(at_ + end + 1);
    append_escaped(without_controls(found->second));
    return true;
  }

  /// A declared entity's text was passed over with the document type, so nobody has looked at it.
  std::string without_controls(const std::string& text) {
    if (find_marked(text, 0, 'x', controls_in) == text.size()) return text;
    Prefilter inside{text};
    inside.pass_opaque(text.size());
    inside.keep();
    for (const std::string& warning : inside.out_.warnings) note(warning);
    out_.is_broken = out_.is_broken || inside.out_.is_broken;
    return std::move(inside.out_.text);
  }

  void append_escaped(std::string_view text) {
    for (const char c : text) {
      if (c == '&') {
        out_.text += "&amp;";
      } else if (c == '<') {
        out_.text += "&lt;";
      } else if (c == '"') {
        out_.text += "&quot;";
      } else if (c == '\'') {
        out_.text += "&apos;";
      } else {
        out_.text += c;
      }
    }
  }

  /// C0 and DEL are dropped; C1 is windows-1252 that somebody took for Latin-1.
  void take_control() {
    if (static_cast<unsigned char>(text_[at_]) < 0x80) {
      text_[at_] == '\x7F' ? note("DEL dropped") : warn("control characters dropped");
      return drop_to(at_ + 1);
    }
    note("C1 controls read as windows-1252");
    const auto control = static_cast<unsigned char>(text_[at_ + 1]);
    drop_to(at_ + 2);
    append_code_point(out_.text, control);
  }

  // How much the document's own entities may add to it.
  static constexpr std::size_t longest_growth = 1024UL * 1024;

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
  std::size_t tag_ = std::string_view::npos;  // where the last tag began
  std::size_t kept_ = 0;                      // what stands before it is in out_, or left out
  bool no_more_cdata_ = false;
  bool no_more_instructions_ = false;
  bool no_more_comments_ = false;
  std::size_t next_item_end_ = 0;  // from where it was last asked for
  bool has_doctype_ = false;
  Filtered out_;
  Entities entities_;
};

}  // namespace

Filtered prefilter(std::string_view text) {
  return Prefilter{text}.run();
}

}  // namespace tocsin::feed
