#pragma once

#include "traffic/synthetic/scene.hpp"

namespace traffic::synthetic {

/// Submission on port 587: EHLO, STARTTLS, then a message of `size` bytes sent within TLS.
void smtp_flow(Scene& scene, Time start, const Site& site, Range size);

/// Mailbox on port 143 (STARTTLS) or 993: messages of `size` bytes fetched within TLS.
void imap_flow(Scene& scene, Time start, const Site& site, Range size);

/// Mailbox on port 110 (STLS) or 995.
void pop3_flow(Scene& scene, Time start, const Site& site, Range size);

}  // namespace traffic::synthetic
