package io.pecanraft.transport.netty;

import io.pecanraft.model.NodeId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** For which servers a certificate speaks: the names in its subject alternative names, compared letter by letter. */
final class PeerNames {

    private static final String URI_PREFIX = "pecanraft:";

    // The kinds of subject alternative names, RFC 5280, section 4.2.1.6.
    private static final int DNS_NAME = 2;
    private static final int URI = 6;

    private PeerNames() {}

    /** The names, sorted; none when the certificate's extension cannot be read. */
    static Set<String> of(X509Certificate certificate) {
        Set<String> names = new TreeSet<>();
        Collection<List<?>> alternatives;
        try {
            alternatives = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return names;
        }
        if (alternatives == null) {
            return names;
        }
        for (List<?> alternative : alternatives) {
            int kind = (Integer) alternative.get(0);
            if (kind == DNS_NAME) {
                names.add((String) alternative.get(1));
            } else if (kind == URI && ((String) alternative.get(1)).startsWith(URI_PREFIX)) {
                names.add(((String) alternative.get(1)).substring(URI_PREFIX.length()));
            }
        }
        return names;
    }

    /** Whether it speaks for this server. */
    static boolean speaksFor(X509Certificate certificate, NodeId node) {
        return of(certificate).contains(node.value());
    }
}
