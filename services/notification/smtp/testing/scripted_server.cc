#include "services/notification/smtp/testing/scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace dap::notification::testing {

ScriptedServer::ScriptedServer(Script script) : script_(std::move(script)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, generic, size) != 0 || listen(listener_, 8) != 0 ||
      getsockname(listener_, generic, &size) != 0) {
    std::perror("scripted mail server");
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Run(); });
}

ScriptedServer::~ScriptedServer() {
  {
    absl::MutexLock lock(&mutex_);
    stop_ = true;
    if (client_ >= 0) shutdown(client_, SHUT_RDWR);
  }
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
}

std::string ScriptedServer::url() const { return absl::StrCat("smtp://127.0.0.1:", port_); }

void ScriptedServer::SetScript(Script script) {
  absl::MutexLock lock(&mutex_);
  script_ = std::move(script);
}

ScriptedServer::Script ScriptedServer::script() const {
  absl::MutexLock lock(&mutex_);
  return script_;
}

std::vector<std::string> ScriptedServer::heard() const {
  absl::MutexLock lock(&mutex_);
  return heard_;
}

int ScriptedServer::connections() const {
  absl::MutexLock lock(&mutex_);
  return connections_;
}

void ScriptedServer::Run() {
  while (true) {
    const int client = accept(listener_, nullptr, nullptr);
    {
      absl::MutexLock lock(&mutex_);
      if (stop_ || client < 0) {
        if (client >= 0) close(client);
        return;
      }
      client_ = client;
      ++connections_;
    }
    Talk(client);
    absl::MutexLock lock(&mutex_);
    client_ = -1;
    close(client);
  }
}

void ScriptedServer::Talk(int client) {
  if (!Say(client, script().greeting)) return;
  std::string buffer;
  bool in_data = false;
  char bytes[4096];
  while (true) {
    const ssize_t got = read(client, bytes, sizeof(bytes));
    if (got <= 0) return;
    buffer.append(bytes, static_cast<size_t>(got));
    for (size_t end; (end = buffer.find("\r\n")) != std::string::npos;) {
      const std::string line = buffer.substr(0, end);
      buffer.erase(0, end + 2);
      if (!Answer(client, line, in_data)) return;
    }
  }
}

bool ScriptedServer::Answer(int client, const std::string& line, bool& in_data) {
  {
    absl::MutexLock lock(&mutex_);
    heard_.push_back(line);
  }
  if (in_data) {
    if (line != ".") return true;
    in_data = false;
    return Say(client, script().data);
  }
  if (absl::StartsWith(line, "RCPT")) return Say(client, script().recipient);
  if (line == "DATA") {
    in_data = true;
    return Say(client, "354 go on");
  }
  if (line == "QUIT") {
    Say(client, "221 bye");
    return false;
  }
  return Say(client, "250 fine");
}

bool ScriptedServer::Say(int client, const std::string& line) {
  if (line.empty()) return false;
  const std::string whole = line + "\r\n";
  return send(client, whole.data(), whole.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(whole.size());
}

}  // namespace dap::notification::testing
