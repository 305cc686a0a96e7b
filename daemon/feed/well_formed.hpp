// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pugixml.hpp>

namespace tocsin::feed {

/// What is wrong with a text that pugixml parses all the same: `]]>` outside a CDATA section
/// (XML 1.0 §2.4) and text outside the root. `text` holds neither comments nor a document type.
/// One warning a kind; linear.
[[nodiscard]] std::vector<std::string> flaws_of_text(std::string_view text);

/// What is wrong with a document that pugixml parsed all the same: a second root (XML 1.0 §2.1), an
/// attribute given twice (§3.1), a prefix that nobody declared (Namespaces in XML §5).
/// One warning a kind; linear but for the number of declarations in force.
[[nodiscard]] std::vector<std::string> flaws_of_tree(const pugi::xml_document& document);

}  // namespace tocsin::feed
