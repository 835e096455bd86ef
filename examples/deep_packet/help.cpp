#include "deep_packet/help.hpp"

#include <sstream>

namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kIndent = 6;

class HelpPage : public CLI::Formatter {
 public:
  HelpPage() {
    label("Positionals", "Arguments");
    label("SUBCOMMAND", "COMMAND");
  }

  std::string make_usage(const CLI::App* app, std::string name) const override {
    return "\n" + wrapped(CLI::Formatter::make_usage(app, std::move(name)), 0);
  }

  std::string make_description(const CLI::App* app) const override {
    std::string text = wrapped(app->get_description(), 0);
    while (text.ends_with("\n\n")) text.pop_back();
    return text;
  }

  std::string make_footer(const CLI::App* app) const override {
    const std::string footer = app->get_footer();
    return footer.empty() ? "" : wrapped(footer, 0);
  }

  std::string make_subcommand(const CLI::App* command) const override {
    std::stringstream out;
    const std::string description = command->get_description();
    CLI::detail::format_help(out, command->get_name(), description.substr(0, description.find('\n')),
                             kIndent * 3);
    return out.str();
  }

  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    std::string head = "  " + make_option_name(option, is_positional);
    if (const std::string type = option->get_type_name(); !type.empty() && !is_positional)
      head += " (" + type + ")";
    if (!option->get_default_str().empty()) head += ", default " + option->get_default_str();
    if (option->get_required() && !is_positional) head += ", required";
    return head + "\n" + wrapped(option->get_description(), kIndent);
  }
};

}  // namespace

std::string wrapped(const std::string& text, std::size_t indent) {
  std::istringstream lines(text);
  std::string result;
  for (std::string line; std::getline(lines, line);) {
    // Columns stay as they are.
    if (indent + line.size() <= kWidth) {
      result += (line.empty() ? "" : std::string(indent, ' ') + line) + '\n';
      continue;
    }
    // What is indented already stays so where it goes on.
    const std::size_t own = std::min(line.find_first_not_of(' '), line.size());
    const std::string start(indent + own, ' ');
    std::istringstream words(line);
    std::string current = start;
    for (std::string word; words >> word;) {
      const bool first = current.size() == start.size();
      if (!first && current.size() + 1 + word.size() > kWidth) {
        result += current + '\n';
        current = start + word;
      } else {
        current += (first ? "" : " ") + word;
      }
    }
    result += (current.size() == start.size() ? "" : current) + '\n';
  }
  return result;
}

std::shared_ptr<CLI::FormatterBase> help_page() { return std::make_shared<HelpPage>(); }
