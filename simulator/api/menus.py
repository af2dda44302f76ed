"""Rich menus: making them, giving them a picture and a name, and showing them."""

import re

from simulator.api.request import ApiRequest, Endpoint
from simulator.limits import check_rich_menu
from simulator.quota import MENU_CHANGES, MENU_LIST
from simulator.richmenus import image_size
from simulator.wire import Answer, ApiError

ALIAS_FORM = re.compile(r"[a-z0-9_-]{1,32}")
IMAGE_TYPES = ("image/png", "image/jpeg")


def create(request: ApiRequest) -> Answer:
    """Make a menu."""
    definition = request.json()
    check_rich_menu(definition)
    return Answer({"richMenuId": request.platform.menus.create(definition).menu_id})


def validate(request: ApiRequest) -> Answer:
    """Check a menu without making it."""
    check_rich_menu(request.json())
    return Answer({})


def list_menus(request: ApiRequest) -> Answer:
    """All menus."""
    return Answer({"richmenus": [menu.as_json() for menu in request.platform.menus.menus.values()]})


def get(request: ApiRequest) -> Answer:
    """One menu."""
    return Answer(request.platform.menus.get(request.params["menu_id"]).as_json())


def delete(request: ApiRequest) -> Answer:
    """Delete a menu."""
    request.platform.menus.delete(request.params["menu_id"])
    return _changed(request)


def upload_image(request: ApiRequest) -> Answer:
    """Give a menu its picture, once."""
    media_type = request.headers.get("content-type", "")
    if media_type not in IMAGE_TYPES:
        raise ApiError(415, "Unsupported Media Type")
    if image_size(request.body) is None:
        raise ApiError(400, "The image is neither PNG nor JPEG")
    request.platform.menus.set_image(request.params["menu_id"], request.body, media_type)
    return _changed(request)


def download_image(request: ApiRequest) -> Answer:
    """A menu's picture."""
    menu = request.platform.menus.get(request.params["menu_id"])
    if menu.image is None:
        raise ApiError(404, "Not found")
    return Answer(content=menu.image, media_type=menu.image_type)


def set_default(request: ApiRequest) -> Answer:
    """Show a menu to everybody who has none of their own."""
    menu = request.platform.menus.with_image(request.params["menu_id"])
    request.platform.menus.default_id = menu.menu_id
    return _changed(request)


def get_default(request: ApiRequest) -> Answer:
    """The menu for everybody."""
    if request.platform.menus.default_id is None:
        raise ApiError(404, "no default richmenu")
    return Answer({"richMenuId": request.platform.menus.default_id})


def cancel_default(request: ApiRequest) -> Answer:
    """Show nothing to those without a menu of their own."""
    request.platform.menus.default_id = None
    return _changed(request)


def link(request: ApiRequest) -> Answer:
    """Give one person a menu of their own; 200 and no effect for who has blocked the account."""
    menu = request.platform.menus.with_image(request.params["menu_id"])
    if _user(request) in _blockers(request):
        return Answer({})
    request.platform.menus.of_user[_user(request)] = menu.menu_id
    return _changed(request)


def get_linked(request: ApiRequest) -> Answer:
    """A person's own menu."""
    menu_id = request.platform.menus.of_user.get(_user(request))
    if menu_id is None:
        raise ApiError(404, "the user has no richmenu")
    return Answer({"richMenuId": menu_id})


def unlink(request: ApiRequest) -> Answer:
    """Take a person's own menu away."""
    request.platform.menus.of_user.pop(_user(request), None)
    return _changed(request)


def create_alias(request: ApiRequest) -> Answer:
    """Name a menu."""
    body = request.json()
    alias = request.text(body, "richMenuAliasId")
    if not ALIAS_FORM.fullmatch(alias):
        raise ApiError(400, "The property, 'richMenuAliasId', in the request body is invalid")
    request.platform.menus.create_alias(alias, request.text(body, "richMenuId"))
    return Answer({})


def update_alias(request: ApiRequest) -> Answer:
    """Point a name at another menu."""
    menu_id = request.text(request.json(), "richMenuId")
    request.platform.menus.update_alias(request.params["alias"], menu_id)
    return _changed(request)


def get_alias(request: ApiRequest) -> Answer:
    """What a name points at."""
    alias = request.params["alias"]
    return Answer({"richMenuAliasId": alias, "richMenuId": request.platform.menus.alias(alias)})


def list_aliases(request: ApiRequest) -> Answer:
    """All names."""
    aliases = request.platform.menus.aliases.items()
    return Answer({"aliases": [{"richMenuAliasId": alias, "richMenuId": menu} for alias, menu in aliases]})


def delete_alias(request: ApiRequest) -> Answer:
    """Forget a name."""
    request.platform.menus.alias(request.params["alias"])
    del request.platform.menus.aliases[request.params["alias"]]
    return Answer({})


def _user(request: ApiRequest) -> str:
    user_id = str(request.params["user_id"])
    if user_id not in request.platform.people:
        raise ApiError(400, "Invalid user ID")
    return user_id


def _blockers(request: ApiRequest) -> set[str]:
    people = request.platform.people.values()
    return {person.user_id for person in people if person.state == "blocked"}


def _changed(request: ApiRequest) -> Answer:
    for chat in request.platform.chats.values():
        chat.revision += 1
    request.platform.signal.changed()
    return Answer({})


ENDPOINTS = [
    Endpoint("POST", "/v2/bot/richmenu", create, MENU_CHANGES),
    Endpoint("POST", "/v2/bot/richmenu/validate", validate),
    Endpoint("GET", "/v2/bot/richmenu/list", list_menus, MENU_LIST),
    Endpoint("POST", "/v2/bot/richmenu/alias", create_alias),
    Endpoint("GET", "/v2/bot/richmenu/alias/list", list_aliases),
    Endpoint("GET", "/v2/bot/richmenu/alias/{alias}", get_alias),
    Endpoint("POST", "/v2/bot/richmenu/alias/{alias}", update_alias),
    Endpoint("DELETE", "/v2/bot/richmenu/alias/{alias}", delete_alias, MENU_CHANGES),
    Endpoint("GET", "/v2/bot/richmenu/{menu_id}", get),
    Endpoint("DELETE", "/v2/bot/richmenu/{menu_id}", delete, MENU_CHANGES),
    Endpoint("POST", "/v2/bot/richmenu/{menu_id}/content", upload_image),
    Endpoint("GET", "/v2/bot/richmenu/{menu_id}/content", download_image),
    Endpoint("GET", "/v2/bot/user/all/richmenu", get_default),
    Endpoint("DELETE", "/v2/bot/user/all/richmenu", cancel_default),
    Endpoint("POST", "/v2/bot/user/all/richmenu/{menu_id}", set_default),
    Endpoint("GET", "/v2/bot/user/{user_id}/richmenu", get_linked),
    Endpoint("DELETE", "/v2/bot/user/{user_id}/richmenu", unlink),
    Endpoint("POST", "/v2/bot/user/{user_id}/richmenu/{menu_id}", link),
]
