"""Who is who: weights of shared identifiers, and operators grown from them."""
