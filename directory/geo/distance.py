"""Distances on the globe. Pure; standard library only.

Great-circle distances on a sphere of geopy's radius (6371.009 km): within 0.6 % of the true ellipsoid, which
is more than a distance on a card needs.
"""

import math

EARTH_RADIUS_KM = 6371.009
KM_PER_MILE = 1.609344
EARTH_RADIUS_MILES = EARTH_RADIUS_KM / KM_PER_MILE


def miles(latitude_1: float, longitude_1: float, latitude_2: float, longitude_2: float) -> float:
    """Great-circle distance in miles between two points in degrees (haversine: exact for near points too)."""
    phi_1, phi_2 = math.radians(latitude_1), math.radians(latitude_2)
    half_lat = math.sin((phi_2 - phi_1) / 2)
    half_lng = math.sin(math.radians(longitude_2 - longitude_1) / 2)
    chord = half_lat * half_lat + math.cos(phi_1) * math.cos(phi_2) * half_lng * half_lng
    return 2 * EARTH_RADIUS_MILES * math.asin(math.sqrt(min(1.0, chord)))


def to_km(distance_miles: float) -> float:
    """Miles as kilometres."""
    return distance_miles * KM_PER_MILE


def to_miles(distance_km: float) -> float:
    """Kilometres as miles."""
    return distance_km / KM_PER_MILE


def valid_point(latitude: float, longitude: float) -> bool:
    """True for finite degrees on the globe."""
    return (
        math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180
    )
