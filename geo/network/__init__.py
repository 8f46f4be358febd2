"""The frozen whole: regions, facilities, demand, published counts, how they join, and their summary."""
